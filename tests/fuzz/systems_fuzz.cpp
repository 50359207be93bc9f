#include <sstream>

#include "fuzz/fuzz.hpp"
#include "sweep/source.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  qbatt::fuzz::accepts_or_refuses([&] {
    std::istringstream text{std::string(qbatt::fuzz::text_of(data, size))};
    const qbatt::SystemRows rows = qbatt::read_systems(text, "systems.csv");
    qbatt::fuzz::require(!rows.systems.empty() && rows.systems.size() == rows.lines.size());
    for (const qbatt::CentralSpin& system : rows.systems) validate(system);
  });
  return 0;
}
