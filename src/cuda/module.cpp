#include "cuda/module.hpp"

#include <fmt/format.h>

#include "cuda/architectures.hpp"
#include "cuda/backend.hpp"
#include "kernels/cuda/device_runtime.hpp"
#include "qbatt/version.hpp"

namespace qbatt::cuda {
namespace {

DeviceReport describe_device(int device) {
  DeviceReport report{.backend = "cuda", .found = false, .description = {}};
  cudaDeviceProp properties{};
  if (const cudaError_t status = cudaGetDeviceProperties(&properties, device); status != cudaSuccess) {
    report.description = fmt::format("device {}: {}", device, cudaGetErrorString(status));
    return report;
  }
  const std::string name = fmt::format("device {}: {}, compute capability {}.{}, {:.1f} GiB", device, properties.name,
                                       properties.major, properties.minor, static_cast<double>(properties.totalGlobalMem) / 0x1p30);
  // By its attributes: to ask the device itself would make a context on it, in every process that only looks around.
  report.found = runs_on(built_architectures(), compute_capability(device));
  report.description =
      report.found ? name
                   : fmt::format("{}: too old for this build, which is for compute capability {}", name, built_architectures());
  return report;
}

/// A device that another process holds exclusively, say, does not hide the others.
DeviceReport describe_device_or_trouble(int device) {
  try {
    return describe_device(device);
  } catch (const std::exception& error) {
    return {.backend = "cuda", .found = false, .description = fmt::format("device {}: {}", device, error.what())};
  }
}

std::vector<DeviceReport> describe_devices() {
  std::vector<DeviceReport> reports;
  try {
    const int count = device_count();
    for (int device = 0; device < count; ++device) reports.push_back(describe_device_or_trouble(device));
  } catch (const std::exception& error) {
    reports.push_back({.backend = "cuda", .found = false, .description = error.what()});
  }
  return reports;
}

}  // namespace
}  // namespace qbatt::cuda

extern "C" const qbatt::cuda::Module* qbatt_cuda_module() {
  static const qbatt::cuda::Module module{
      .build = qbatt::build_id(), .prepare = qbatt::cuda::prepare, .describe_devices = qbatt::cuda::describe_devices};
  return &module;
}
