#include "kernels/cuda/status.hpp"

#include <fmt/format.h>

#include <string>

#include "kernels/cuda/out_of_memory.hpp"

namespace qbatt::cuda {
namespace {

[[noreturn]] void fail(const std::string& what, bool out_of_memory, const std::source_location& where) {
  const std::string text = fmt::format("cuda: {} ({}:{})", what, where.file_name(), where.line());
  if (out_of_memory) throw OutOfDeviceMemory(text);
  throw BackendError(text);
}

const char* describe(cusolverStatus_t status) {
  switch (status) {
    case CUSOLVER_STATUS_NOT_INITIALIZED:  // also what cusolverDnCreate answers where there is no driver
      return "cuSOLVER could not be initialized";
    case CUSOLVER_STATUS_ALLOC_FAILED:
      return "cuSOLVER could not allocate memory on the device";
    case CUSOLVER_STATUS_INVALID_VALUE:
      return "cuSOLVER was given an invalid value";
    case CUSOLVER_STATUS_ARCH_MISMATCH:
      return "cuSOLVER does not support the device's architecture";
    case CUSOLVER_STATUS_EXECUTION_FAILED:
      return "cuSOLVER failed on the device";
    case CUSOLVER_STATUS_INTERNAL_ERROR:
      return "cuSOLVER reports an internal error";
    default:
      return "cuSOLVER failed";
  }
}

}  // namespace

void check(cudaError_t status, std::source_location where) {
  if (status != cudaSuccess) {
    cudaGetLastError();  // so that the next check does not meet it again
    fail(fmt::format("{} ({})", cudaGetErrorString(status), cudaGetErrorName(status)), status == cudaErrorMemoryAllocation, where);
  }
}

void check(cusolverStatus_t status, std::source_location where) {
  if (status == CUSOLVER_STATUS_SUCCESS) return;
  fail(fmt::format("{} (status {})", describe(status), static_cast<int>(status)), status == CUSOLVER_STATUS_ALLOC_FAILED, where);
}

}  // namespace qbatt::cuda
