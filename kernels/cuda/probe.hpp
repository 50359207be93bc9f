#pragma once

#include <cuda_runtime_api.h>

namespace qbatt::cuda {

/// cudaSuccess where this build holds code that the current device can run; cudaErrorNoKernelImageForDevice where it does not.
cudaError_t probe_code();

}  // namespace qbatt::cuda
