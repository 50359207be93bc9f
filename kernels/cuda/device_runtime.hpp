#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>

#include "kernels/cuda/handles.hpp"
#include "kernels/cuda/probe.hpp"
#include "kernels/cuda/status.hpp"
#include "kernels/target.hpp"

// Memory and streams on a GPU: see runtime.hpp.
namespace qbatt::cuda {

using kernels::index;

/// Whether kernels::mul_add rounds once.
inline constexpr bool fused_multiply_add = true;

/// Device memory, allocated and freed in the order of a stream, which must outlive it. Uninitialized. Throws BackendError.
template <class T>
class DeviceBuffer {
public:
  DeviceBuffer(std::size_t size, const Stream& stream) : size_(size), data_(nullptr, Free{stream.get()}) {
    void* memory = nullptr;
    check(cudaMallocAsync(&memory, std::max<std::size_t>(1, size) * sizeof(T), stream.get()));
    data_.reset(static_cast<T*>(memory));
  }
  [[nodiscard]] T* data() const { return data_.get(); }
  [[nodiscard]] std::size_t size() const { return size_; }

private:
  struct Free {
    cudaStream_t stream;
    void operator()(T* memory) const { cudaFreeAsync(memory, stream); }
  };
  std::size_t size_;
  std::unique_ptr<T, Free> data_;
};

/// Page-locked host memory. Uninitialized. Throws BackendError.
template <class T>
class PinnedBuffer {
public:
  explicit PinnedBuffer(std::size_t size) : size_(size) {
    void* memory = nullptr;
    check(cudaMallocHost(&memory, std::max<std::size_t>(1, size) * sizeof(T)));
    data_.reset(static_cast<T*>(memory));
  }
  [[nodiscard]] T* data() const { return data_.get(); }
  [[nodiscard]] std::size_t size() const { return size_; }
  T& operator[](std::size_t i) const { return data_.get()[i]; }

private:
  struct Free {
    void operator()(T* memory) const { cudaFreeHost(memory); }
  };
  std::size_t size_;
  std::unique_ptr<T, Free> data_;
};

template <class T>
void copy(T* to, const T* from, std::size_t count, const Stream& stream) {
  if (count > 0) check(cudaMemcpyAsync(to, from, count * sizeof(T), cudaMemcpyDefault, stream.get()));
}

/// Makes a device the current one of this thread, and the former one again at its end.
class DeviceScope {
public:
  explicit DeviceScope(int device) {
    check(cudaGetDevice(&former_));
    check(cudaSetDevice(device));
  }
  ~DeviceScope() { cudaSetDevice(former_); }
  DeviceScope(const DeviceScope&) = delete;
  DeviceScope& operator=(const DeviceScope&) = delete;

private:
  int former_ = 0;
};

/// Lets the pool of a device keep what is freed until the end of a run, instead of handing it back at every synchronization, and no
/// stream wait for another's memory; trimmed when it goes.
class PoolScope {
public:
  explicit PoolScope(int device) {
    check(cudaDeviceGetDefaultMemPool(&pool_, device));
    std::uint64_t keep = UINT64_MAX;
    int no = 0;
    check(cudaMemPoolSetAttribute(pool_, cudaMemPoolAttrReleaseThreshold, &keep));
    check(cudaMemPoolSetAttribute(pool_, cudaMemPoolReuseAllowInternalDependencies, &no));
  }
  ~PoolScope() { cudaMemPoolTrimTo(pool_, 0); }
  PoolScope(const PoolScope&) = delete;
  PoolScope& operator=(const PoolScope&) = delete;

private:
  cudaMemPool_t pool_ = nullptr;
};

inline bool device_usable() {
  return probe_code() == cudaSuccess;
}

inline int device_count() {
  int count = 0;
  check(cudaGetDeviceCount(&count));
  return count;
}

inline std::size_t free_memory() {
  std::size_t free = 0;
  std::size_t total = 0;
  check(cudaMemGetInfo(&free, &total));
  return free;
}

}  // namespace qbatt::cuda
