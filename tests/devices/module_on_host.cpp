#include "cuda/backend.hpp"
#include "cuda/module.hpp"
#include "qbatt/version.hpp"

// The CUDA module on the pipeline that is compiled for the host: what the program opens and hands its chunks to, in earnest and
// without a GPU. Its one device is the memory and the cores of this machine.
namespace qbatt::cuda {
namespace {

std::vector<DeviceReport> describe_devices() {
  return {{.backend = "cuda", .found = true, .description = "0: the pipeline compiled for the host"}};
}

}  // namespace
}  // namespace qbatt::cuda

extern "C" const qbatt::cuda::Module* qbatt_cuda_module() {
  static const qbatt::cuda::Module module{
      .build = qbatt::build_id(), .prepare = qbatt::cuda::prepare, .describe_devices = qbatt::cuda::describe_devices};
  return &module;
}
