#pragma once

#include <memory>
#include <span>
#include <vector>

#include "charge/ensemble_states.hpp"
#include "model/prepared_work.hpp"
#include "qbatt/solve.hpp"

// What the program finds in libqbatt_cuda.so. Both come from one build, with one compiler: C++ types and exceptions cross freely.
namespace qbatt::cuda {

struct Module {
  /// Version and revision of the build: a module of another build is refused.
  const char* build;
  /// qbatt::solve in two steps for validated systems on the devices that the request names, all where it names none.
  /// `singular_values` are those of the host, for chargers in a coherent state. Throws InputError where the backend lacks the
  /// solver asked for, BackendError where a device is missing or fails, as does the second step.
  std::unique_ptr<PreparedWork> (*prepare)(std::span<const CentralSpin> systems, const Request& request,
                                           const SingularValues& singular_values);
  /// One report a device, found or unfit (with the reason). Never throws.
  std::vector<DeviceReport> (*describe_devices)();
};

/// The symbol that the program looks up.
inline constexpr const char* module_symbol = "qbatt_cuda_module";
using ModuleFunction = const Module*();

}  // namespace qbatt::cuda

/// The module's only exported function.
extern "C" __attribute__((visibility("default"))) qbatt::cuda::ModuleFunction qbatt_cuda_module;
