#include "api/backends.hpp"

#include <algorithm>
#include <array>
#include <iterator>

#include "charge/ladder.hpp"
#include "cpu/cpu_backend.hpp"
#include "cpu/processors.hpp"
#include "devices/cuda_backend.hpp"

namespace qbatt {
namespace {

// A few seconds of work.
ChunkLimits cpu_chunks(Solver /*solver*/) {
  return {.systems = 8192, .levels = 1 << 24, .seconds = 4, .states = 1 << 19, .populations = 1 << 23};
}

// A device is filled by many systems only, and does in a second what a core does in minutes. Of all pairs of matrices a core finds
// few in that time: hundreds at once, for several streams.
ChunkLimits cuda_chunks(Solver solver) {
  return {.systems = 131'072,
          .levels = 1 << 28,
          .seconds = solver == Solver::dense ? 4000.0 : 400.0,
          .states = 1 << 21,
          .populations = 1 << 25};
}

constexpr std::array table{
    BackendEntry{.id = Backend::cuda,
                 .prepare = cuda_module::prepare,
                 .find_devices = cuda_module::find_devices,
                 .unsuited = cuda_module::unsuited,
                 .chunk_limits = cuda_chunks},
    BackendEntry{.id = Backend::cpu,
                 .prepare = cpu::prepare,
                 .find_devices = [] { return std::vector{cpu::describe_device()}; },
                 .unsuited = [](const Request&, double, std::int64_t) { return std::optional<std::string>(); },
                 .chunk_limits = cpu_chunks},
};

std::string first_device(const BackendEntry& entry) {
  const std::vector<DeviceReport> devices = entry.find_devices();
  return std::ranges::find(devices, true, &DeviceReport::found)->description;
}

}  // namespace

std::span<const BackendEntry> backends() {
  return table;
}

const BackendEntry& backend(Backend id) {
  return *std::ranges::find(table, id, &BackendEntry::id);
}

double predicted_core_seconds(std::span<const CentralSpin> systems, const Request& request) {
  constexpr std::size_t most_looked_at = 256;
  const std::size_t step = (systems.size() + most_looked_at - 1) / most_looked_at;
  double seconds = 0;
  std::size_t looked_at = 0;
  for (std::size_t i = step / 2; i < systems.size(); i += step, ++looked_at) seconds += forecast(systems[i], request).seconds;
  return looked_at == 0 ? 0.0 : seconds * static_cast<double>(systems.size()) / static_cast<double>(looked_at);
}

BackendChoice choose_backend(const Request& request, double core_seconds, std::int64_t most_levels) {
  BackendChoice choice{request.backend, "as asked for"};
  if (request.backend != Backend::automatic) return choice;
  const double cpu_seconds = core_seconds / parallel_threads(request);
  for (const BackendEntry& entry : table) {
    choice.backend = entry.id;
    const auto why_not = entry.unsuited(request, cpu_seconds, most_levels);
    if (!why_not) break;  // the CPU at the latest
    choice.reason = *why_not;
  }
  if (choice.backend != Backend::cpu) choice.reason = first_device(backend(choice.backend));
  return choice;
}

std::vector<DeviceReport> find_devices() {
  std::vector<DeviceReport> devices;
  for (const BackendEntry& entry : table) std::ranges::move(entry.find_devices(), std::back_inserter(devices));
  return devices;
}

}  // namespace qbatt
