#pragma once

#include <cuda_runtime_api.h>
#include <cusolverDn.h>

#include <source_location>

// Every call into CUDA goes through check(): a failure becomes a BackendError that names the call's file and line,
// OutOfDeviceMemory where memory was wanted.
namespace qbatt::cuda {

void check(cudaError_t status, std::source_location where = std::source_location::current());
void check(cusolverStatus_t status, std::source_location where = std::source_location::current());

}  // namespace qbatt::cuda
