#include "cuda_machine.hpp"

#include <cuda_runtime_api.h>
#include <fmt/format.h>

#include "cuda/architectures.hpp"
#include "devices/cuda_driver.hpp"
#include "kernels/cuda/runtime.hpp"

namespace qbatt::bench {
namespace {

std::string version_text(int version) {
  return fmt::format("{}.{}", version / 1000, version % 1000 / 10);
}

}  // namespace

std::optional<std::string> absence_of_machine() {
  if (const auto missing = absence(ask_cuda_driver(), built_with_cuda_major())) return missing->reason;
  if (!cuda::runs_on(cuda::built_architectures(), cuda::compute_capability(0))) return "device 0 cannot run the code of this build";
  return std::nullopt;
}

std::vector<std::pair<std::string, std::string>> describe_machine() {
  cudaDeviceProp properties{};
  int driver = 0;
  int runtime = 0;
  cuda::check(cudaGetDeviceProperties(&properties, 0));
  cuda::check(cudaDriverGetVersion(&driver));
  cuda::check(cudaRuntimeGetVersion(&runtime));
  return {{"gpu", properties.name}, {"cuda_driver", version_text(driver)}, {"cuda_runtime", version_text(runtime)}};
}

CudaDeviceTraits machine_traits() {
  const CudaDriverAnswer answer = ask_cuda_driver();
  return answer.traits.empty() ? CudaDeviceTraits{} : answer.traits.front();
}

}  // namespace qbatt::bench
