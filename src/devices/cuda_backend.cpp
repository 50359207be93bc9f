#include "devices/cuda_backend.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <variant>

#include "cpu/dense/singular_values.hpp"
#include "devices/cuda_driver.hpp"
#include "devices/cuda_module.hpp"
#include "qbatt/errors.hpp"

namespace qbatt::cuda_module {
namespace {

struct Discovery {
  const cuda::Module* module = nullptr;  ///< null where there is none to use
  std::vector<DeviceReport> devices;     ///< fit and unfit ones
  std::vector<CudaDeviceTraits> traits;  ///< of each of them; empty where driver and module disagree on their number
  CudaAbsence absence;                   ///< why none can be used
  [[nodiscard]] bool usable() const { return absence.reason.empty(); }
};

Discovery without_module(const CudaAbsence& absence) {
  return {.module = nullptr,
          .devices = {{.backend = "cuda", .found = false, .description = absence.reason}},
          .traits = {},
          .absence = absence};
}

/// Both count the same devices in the same order, unless the module could not count at all.
void add_traits(Discovery& discovery, const std::vector<CudaDeviceTraits>& traits) {
  if (traits.size() != discovery.devices.size()) return;
  discovery.traits = traits;
  for (std::size_t i = 0; i < traits.size(); ++i) discovery.devices[i].description += ", " + describe_fp64(traits[i]);
}

// A module that is not there settles the matter without waking the driver.
Discovery discover() {
  const auto file = find_cuda_module();
  if (const auto* missing = std::get_if<CudaAbsence>(&file)) return without_module(*missing);
  const CudaDriverAnswer driver = ask_cuda_driver();
  if (const auto missing = absence(driver, built_with_cuda_major())) return without_module(*missing);
  const auto opened = open_cuda_module(std::get<std::filesystem::path>(file));
  if (const auto* refused = std::get_if<CudaAbsence>(&opened)) return without_module(*refused);
  Discovery discovery{.module = std::get<const cuda::Module*>(opened), .devices = {}, .traits = {}, .absence = {}};
  discovery.devices = discovery.module->describe_devices();
  if (std::ranges::none_of(discovery.devices, &DeviceReport::found)) {
    discovery.absence = {discovery.devices.empty() ? "no device: the module reports none" : discovery.devices.front().description,
                         "see qbatt devices"};
  }
  add_traits(discovery, driver.traits);
  return discovery;
}

// A driver that was woken does not survive fork(): its child must not touch it.
const Discovery& discovery() {
  static const Discovery result = discover();
  static const pid_t finder = ::getpid();
  if (result.module == nullptr || ::getpid() == finder) return result;
  static const Discovery forked = without_module(
      {"this process was forked from one in which CUDA was looked for", "start processes afresh (in Python by the method spawn)"});
  return forked;
}

/// Why the states of a chain of so many levels may not fit into the smallest device; nullopt where they do, or where the driver
/// does not tell how much memory there is.
std::optional<std::string> why_too_large(const Request& request, const std::vector<CudaDeviceTraits>& devices,
                                         std::int64_t levels) {
  // Of a long chain, see long_chain_bytes() in src/cuda/batches.cpp: amplitudes and sorted populations at all times at once.
  const double bytes_a_level = request.times ? 2000 : 450;
  constexpr double usable = 0.8;  // others use the device too
  double least = std::ranges::min(devices, {}, &CudaDeviceTraits::memory).memory * usable;
  if (least == 0) return std::nullopt;
  if (request.cuda.memory) least = std::min(least, static_cast<double>(*request.cuda.memory));
  const double needed = bytes_a_level * static_cast<double>(levels);
  if (needed <= least) return std::nullopt;
  return fmt::format("CUDA: the states of {} levels take some {:.2g} GB of a device, where {:.2g} GB can be used", levels,
                     needed / 1e9, least / 1e9);
}

}  // namespace

std::unique_ptr<PreparedWork> prepare(std::span<const CentralSpin> systems, const Request& request) {
  const Discovery& found = discovery();
  if (!found.usable())
    throw BackendError(fmt::format("--backend cuda: {}; {}, or use --backend cpu", found.absence.reason, found.absence.remedy));
  return found.module->prepare(systems, request, cpu::singular_values);
}

std::vector<DeviceReport> find_devices() {
  return discovery().devices;
}

std::vector<CudaDeviceTraits> used_devices(const Request& request) {
  const Discovery& found = discovery();
  std::vector<CudaDeviceTraits> used;
  for (std::size_t i = 0; i < found.traits.size(); ++i) {
    const bool named = std::ranges::find(request.cuda.devices, static_cast<int>(i)) != request.cuda.devices.end();
    if (request.cuda.devices.empty() ? found.devices[i].found : named) used.push_back(found.traits[i]);
  }
  return used;
}

std::optional<std::string> unsuited(const Request& request, double cpu_seconds, std::int64_t most_levels) {
  if (request.optimum == OptimumRule::global)
    return "the host drives the search for --optimum global on CUDA, and the CPU is quicker at it";
  if (cpu_seconds <= least_cpu_seconds)
    return fmt::format("predicted to take {:.2g} s, and CUDA is for more than {} s", cpu_seconds, least_cpu_seconds);
  if (!discovery().usable()) return "CUDA: " + discovery().absence.reason;
  const std::vector<CudaDeviceTraits> devices = used_devices(request);
  if (devices.empty() || !std::ranges::all_of(devices, is_fast_in_fp64)) {
    return fmt::format("CUDA: {}, where a CPU may be the faster machine",
                       devices.empty() ? "the driver tells nothing of its devices" : describe_fp64(devices.front()));
  }
  return why_too_large(request, devices, most_levels);
}

}  // namespace qbatt::cuda_module
