#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <span>

#include "kernels/cuda/device_buffer.hpp"
#include "kernels/cuda/handles.hpp"
#include "kernels/cuda/status.hpp"
#include "kernels/target.hpp"

// Memory and streams on a GPU: see runtime.hpp.
namespace qbatt::cuda {

using kernels::index;

/// Whether kernels::mul_add rounds once.
inline constexpr bool fused_multiply_add = true;

template <class T>
using DeviceBuffer = BufferOfStream<T, Stream>;

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

/// From host memory that may go at once.
template <class T>
void upload(T* to, std::span<const T> from, const Stream& stream) {
  stream.upload(to, from.data(), from.size_bytes());
}

/// Makes a device the current one of this thread, for the rest of its life: to go back would wake the other.
inline void use_device(int device) {
  check(cudaSetDevice(device));
}

/// Hands back what the pool of the current device keeps beyond so many bytes.
inline void trim_memory(std::size_t kept) {
  check(cudaMemPoolTrimTo(memory_pool(), kept));
}

inline int device_count() {
  int count = 0;
  check(cudaGetDeviceCount(&count));
  return count;
}

/// 10 major + minor of a device's compute capability. Makes no context on it.
inline int compute_capability(int device) {
  int major = 0;
  int minor = 0;
  check(cudaDeviceGetAttribute(&major, cudaDevAttrComputeCapabilityMajor, device));
  check(cudaDeviceGetAttribute(&minor, cudaDevAttrComputeCapabilityMinor, device));
  return 10 * major + minor;
}

/// Of the current device.
inline index multiprocessors() {
  int device = 0;
  int count = 0;
  check(cudaGetDevice(&device));
  check(cudaDeviceGetAttribute(&count, cudaDevAttrMultiProcessorCount, device));
  return count;
}

inline std::size_t free_memory() {
  std::size_t free = 0;
  std::size_t total = 0;
  check(cudaMemGetInfo(&free, &total));
  return free;
}

}  // namespace qbatt::cuda
