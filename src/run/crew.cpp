#include "run/crew.hpp"

#include <fmt/format.h>
#include <sched.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <string_view>

#include "devices/shared_library.hpp"
#include "qbatt/errors.hpp"
#include "qbatt/version.hpp"
#include "run/mpi_module.hpp"

namespace qbatt {
namespace {

class SoloCrew : public Crew {
public:
  [[nodiscard]] int rank() const override { return 0; }
  [[nodiscard]] int size() const override { return 1; }
  [[nodiscard]] int local_rank() const override { return 0; }
  [[nodiscard]] int local_size() const override { return 1; }
  std::string share(const std::string& text) override { return text; }
  std::vector<std::string> gather(const std::string& text) override { return {text}; }
  std::optional<std::int64_t> claim(const WorkReport& mine) override {
    if (mine.stop || mine.failed) return std::nullopt;
    return next_++;
  }
  [[nodiscard]] WorkReport others() const override { return {}; }
  void leave(const WorkReport&) override {}

private:
  std::int64_t next_ = 0;
};

// The first of the variables that is set to a whole number.
template <std::size_t count>
std::optional<int> environment_number(const std::array<const char*, count>& names) {
  for (const char* const name : names) {
    const char* const text = std::getenv(name);
    if (text == nullptr) continue;
    char* end = nullptr;
    const long number = std::strtol(text, &end, 10);
    if (end != text && *end == '\0') return static_cast<int>(number);
  }
  return std::nullopt;
}

// Open MPI's mpirun; then what PMI and PMIx tell the processes of srun.
std::optional<int> launched_size() {
  if (const auto size = environment_number(std::array{"OMPI_COMM_WORLD_SIZE", "PMI_SIZE"})) return size;
  const bool launched = environment_number(std::array{"PMI_RANK", "PMIX_RANK"}).has_value();
  return launched ? environment_number(std::array{"SLURM_STEP_NUM_TASKS", "SLURM_NTASKS"}) : std::nullopt;
}

}  // namespace

std::unique_ptr<Crew> make_solo_crew() {
  return std::make_unique<SoloCrew>();
}

std::unique_ptr<Crew> join_crew() {
  if (launched_size().value_or(1) <= 1) return make_solo_crew();
  const auto refuse = [](const std::string& why) {
    throw BackendError(fmt::format("an MPI launcher has started several processes, but {}: run one process, or --shard I/N", why));
  };
  const std::string file = module_file("libqbatt_mpi.so");
  if (file.empty()) refuse("this build has no libqbatt_mpi.so beside the program or in ../lib");
  const SharedLibrary library(file, SharedLibrary::Symbols::global);  // MPI's own plugins look its symbols up
  if (!library.is_open()) refuse(fmt::format("MPI does not open: {}", library.error()));
  auto* const get_module = library.find<mpi::ModuleFunction>(mpi::module_symbol);
  if (get_module == nullptr) refuse(fmt::format("{} has no {}", file, mpi::module_symbol));
  const mpi::Module* const module = get_module();
  if (std::string_view(module->build) != build_id()) refuse(fmt::format("{} is of another build", file));
  return std::unique_ptr<Crew>(module->join());
}

bool is_one_of_several() {
  return launched_size().value_or(1) > 1;
}

bool is_silent_rank() {
  return is_one_of_several() && environment_number(std::array{"OMPI_COMM_WORLD_RANK", "PMI_RANK", "PMIX_RANK"}).value_or(0) != 0;
}

int threads_of_rank(const Crew& crew) {
  if (crew.local_size() == 1 || std::getenv("OMP_NUM_THREADS") != nullptr) return 0;
  cpu_set_t bound;
  CPU_ZERO(&bound);
  const auto processors = static_cast<int>(::sysconf(_SC_NPROCESSORS_ONLN));
  const bool known = ::sched_getaffinity(0, sizeof bound, &bound) == 0;
  const int count = known ? CPU_COUNT(&bound) : processors;
  return count < processors ? count : std::max(1, processors / crew.local_size());
}

DeviceShare device_of_rank(int local_rank, int local_size, std::span<const int> devices) {
  const int count = static_cast<int>(devices.size());
  const int own = local_rank % count;
  return {.device = devices[static_cast<std::size_t>(own)], .processes = (local_size - own + count - 1) / count};
}

}  // namespace qbatt
