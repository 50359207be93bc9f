#include "kernels/cuda/status.hpp"

#include <fmt/format.h>

#include <string>

#include "qbatt/errors.hpp"

namespace qbatt::cuda {
namespace {

[[noreturn]] void fail(const std::string& what, const std::source_location& where) {
  throw BackendError(fmt::format("cuda: {} ({}:{})", what, where.file_name(), where.line()));
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
    fail(fmt::format("{} ({})", cudaGetErrorString(status), cudaGetErrorName(status)), where);
  }
}

void check(cublasStatus_t status, std::source_location where) {
  if (status != CUBLAS_STATUS_SUCCESS) fail(cublasGetStatusString(status), where);
}

void check(cusolverStatus_t status, std::source_location where) {
  if (status != CUSOLVER_STATUS_SUCCESS) fail(fmt::format("{} (status {})", describe(status), static_cast<int>(status)), where);
}

}  // namespace qbatt::cuda
