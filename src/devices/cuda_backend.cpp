#include "devices/cuda_backend.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <variant>

#include "devices/cuda_driver.hpp"
#include "devices/cuda_module.hpp"
#include "qbatt/errors.hpp"

namespace qbatt::cuda_module {
namespace {

struct Discovery {
  const cuda::Module* module = nullptr;  ///< null where there is none to use
  std::vector<DeviceReport> devices;     ///< fit and unfit ones
  CudaAbsence absence;                   ///< why none can be used
  [[nodiscard]] bool usable() const { return absence.reason.empty(); }
};

Discovery without_module(const CudaAbsence& absence) {
  return {.module = nullptr, .devices = {{.backend = "cuda", .found = false, .description = absence.reason}}, .absence = absence};
}

// A module that is not there settles the matter without waking the driver.
Discovery discover() {
  const auto file = find_cuda_module();
  if (const auto* missing = std::get_if<CudaAbsence>(&file)) return without_module(*missing);
  if (const auto missing = absence(ask_cuda_driver(), built_with_cuda_major())) return without_module(*missing);
  const auto opened = open_cuda_module(std::get<std::filesystem::path>(file));
  if (const auto* refused = std::get_if<CudaAbsence>(&opened)) return without_module(*refused);
  Discovery discovery{.module = std::get<const cuda::Module*>(opened), .devices = {}, .absence = {}};
  discovery.devices = discovery.module->describe_devices();
  if (std::ranges::none_of(discovery.devices, &DeviceReport::found)) {
    discovery.absence = {discovery.devices.empty() ? "no device: the module reports none" : discovery.devices.front().description,
                         "see qbatt devices"};
  }
  return discovery;
}

const Discovery& discovery() {
  static const Discovery result = discover();
  return result;
}

}  // namespace

Table solve(std::span<const CentralSpin> systems, const Request& request) {
  const Discovery& found = discovery();
  if (!found.usable()) {
    throw BackendError(fmt::format("--backend cuda: {}; {}, or use --backend cpu", found.absence.reason, found.absence.remedy));
  }
  return found.module->solve(systems, request);
}

std::vector<DeviceReport> find_devices() {
  return discovery().devices;
}

std::optional<std::string> unsuited(const Request& request) {
  if (request.solver != Solver::dense) return "CUDA is used for --solver dense only";
  if (request.optimum == OptimumRule::global) return "CUDA does not search for --optimum global";
  if (!discovery().usable()) return "CUDA: " + discovery().absence.reason;
  return std::nullopt;
}

}  // namespace qbatt::cuda_module
