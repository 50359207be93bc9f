#include "kernels/cuda/probe.hpp"

namespace qbatt::cuda {
namespace {

__global__ void nothing() {}

}  // namespace

cudaError_t probe_code() {
  cudaFuncAttributes attributes{};
  const cudaError_t status = cudaFuncGetAttributes(&attributes, nothing);
  cudaGetLastError();  // so that the next check does not meet it
  return status;
}

}  // namespace qbatt::cuda
