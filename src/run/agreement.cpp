#include "run/agreement.hpp"

#include <fmt/format.h>

#include <cstddef>
#include <string>
#include <vector>

#include "cpu/isa/instruction_set.hpp"
#include "qbatt/errors.hpp"
#include "qbatt/solve.hpp"
#include "qbatt/version.hpp"

namespace qbatt {

void agree_on_instruction_set(Crew& crew) {
  const std::vector<std::string> builds = crew.gather(build_id());
  const std::vector<std::string> sets = crew.gather(std::string(instruction_set()));
  for (std::size_t rank = 1; rank < builds.size(); ++rank) {
    if (builds[rank] == builds[0]) continue;
    throw InputError(fmt::format("the processes of a sweep must be of one qbatt: it is {} in process 0 and {} in process {}",
                                 builds[0], builds[rank], rank));
  }
  for (const std::string& set : sets) cpu::use_at_most(set);
}

void check_same_work(Crew& crew, const Fingerprint& mine) {
  const std::vector<std::string> all = crew.gather(mine.json());
  const Fingerprint first = Fingerprint::from_json(all[0]);
  for (std::size_t rank = 1; rank < all.size(); ++rank) {
    const std::string difference =
        Fingerprint::from_json(all[rank]).difference(first, fmt::format("process {}", rank), "in process 0");
    if (!difference.empty()) throw InputError("the processes of a sweep must be given the same: " + difference);
  }
}

}  // namespace qbatt
