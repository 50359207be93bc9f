#pragma once

#include <memory>

#include "kernels/cuda/status.hpp"

// Owners of CUDA objects: created by their constructors, which throw BackendError, destroyed with them.
namespace qbatt::cuda {

/// A stream of work on the device that is current when it is made.
class Stream {
public:
  Stream() {
    cudaStream_t stream = nullptr;
    check(cudaStreamCreateWithFlags(&stream, cudaStreamNonBlocking));
    handle_.reset(stream);
  }
  [[nodiscard]] cudaStream_t get() const { return handle_.get(); }
  void synchronize() const { check(cudaStreamSynchronize(get())); }

private:
  struct Destroy {
    using pointer = cudaStream_t;
    void operator()(cudaStream_t stream) const { cudaStreamDestroy(stream); }
  };
  std::unique_ptr<cudaStream_t, Destroy> handle_;
};

/// A mark in a stream, for timing.
class Event {
public:
  Event() {
    cudaEvent_t event = nullptr;
    check(cudaEventCreate(&event));
    handle_.reset(event);
  }
  void record(const Stream& stream) { check(cudaEventRecord(handle_.get(), stream.get())); }
  /// Milliseconds from `earlier` to this; both must have been recorded. Waits for this one.
  [[nodiscard]] float milliseconds_since(const Event& earlier) const {
    float milliseconds = 0;
    check(cudaEventSynchronize(handle_.get()));
    check(cudaEventElapsedTime(&milliseconds, earlier.handle_.get(), handle_.get()));
    return milliseconds;
  }

private:
  struct Destroy {
    using pointer = cudaEvent_t;
    void operator()(cudaEvent_t event) const { cudaEventDestroy(event); }
  };
  std::unique_ptr<cudaEvent_t, Destroy> handle_;
};

class CublasHandle {
public:
  explicit CublasHandle(const Stream& stream) {
    cublasHandle_t handle = nullptr;
    check(cublasCreate(&handle));
    handle_.reset(handle);
    check(cublasSetStream(handle, stream.get()));
    check(cublasSetMathMode(handle,
                            CUBLAS_PEDANTIC_MATH));  // the certificate's rounding is that of plain doubles, not of emulated ones
  }
  [[nodiscard]] cublasHandle_t get() const { return handle_.get(); }

private:
  struct Destroy {
    using pointer = cublasHandle_t;
    void operator()(cublasHandle_t handle) const { cublasDestroy(handle); }
  };
  std::unique_ptr<cublasHandle_t, Destroy> handle_;
};

class CusolverHandle {
public:
  explicit CusolverHandle(const Stream& stream) {
    cusolverDnHandle_t handle = nullptr;
    check(cusolverDnCreate(&handle));
    handle_.reset(handle);
    check(cusolverDnSetStream(handle, stream.get()));
  }
  [[nodiscard]] cusolverDnHandle_t get() const { return handle_.get(); }

private:
  struct Destroy {
    using pointer = cusolverDnHandle_t;
    void operator()(cusolverDnHandle_t handle) const { cusolverDnDestroy(handle); }
  };
  std::unique_ptr<cusolverDnHandle_t, Destroy> handle_;
};

/// Parameters of the Jacobi method: full precision, eigenvalues in ascending order.
class SyevjInfo {
public:
  SyevjInfo() {
    syevjInfo_t info = nullptr;
    check(cusolverDnCreateSyevjInfo(&info));
    handle_.reset(info);
    check(cusolverDnXsyevjSetSortEig(info, 1));
  }
  [[nodiscard]] syevjInfo_t get() const { return handle_.get(); }

private:
  struct Destroy {
    using pointer = syevjInfo_t;
    void operator()(syevjInfo_t info) const { cusolverDnDestroySyevjInfo(info); }
  };
  std::unique_ptr<syevjInfo_t, Destroy> handle_;
};

/// Parameters of cuSOLVER's 64-bit interface.
class CusolverParams {
public:
  CusolverParams() {
    cusolverDnParams_t params = nullptr;
    check(cusolverDnCreateParams(&params));
    handle_.reset(params);
  }
  [[nodiscard]] cusolverDnParams_t get() const { return handle_.get(); }

private:
  struct Destroy {
    using pointer = cusolverDnParams_t;
    void operator()(cusolverDnParams_t params) const { cusolverDnDestroyParams(params); }
  };
  std::unique_ptr<cusolverDnParams_t, Destroy> handle_;
};

}  // namespace qbatt::cuda
