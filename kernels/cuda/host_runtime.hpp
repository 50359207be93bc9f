#pragma once

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstring>
#include <limits>
#include <memory>
#include <span>
#include <type_traits>

#include "kernels/cuda/out_of_memory.hpp"
#include "kernels/target.hpp"

// Memory and streams on the host, where everything happens at once and in order: see runtime.hpp.
namespace qbatt::cuda {

using kernels::index;

/// Whether kernels::mul_add rounds once.
#if defined(__FMA__)
inline constexpr bool fused_multiply_add = true;
#else
inline constexpr bool fused_multiply_add = false;
#endif

/// Bytes of device memory.
struct MemoryInUse {
  std::size_t now = 0;
  std::size_t most = 0;  ///< at once

  /// What a stream can have at most: for tests.
  inline static std::atomic<std::size_t> limit = std::numeric_limits<std::size_t>::max();

  struct GiveBack {
    std::size_t bytes;
    void operator()(MemoryInUse* memory) const { memory->now -= bytes; }
  };
  using Share = std::unique_ptr<MemoryInUse, GiveBack>;

  /// Throws OutOfDeviceMemory.
  Share take(std::size_t bytes) {
    if (now + bytes > limit) throw OutOfDeviceMemory("cuda: out of memory");
    now += bytes;
    most = std::max(most, now);
    return {this, GiveBack{bytes}};
  }
};

class Stream {
public:
  void synchronize() const {}

  /// Of the buffers in its order, which tests hold to what was planned.
  [[nodiscard]] MemoryInUse& memory() const { return *memory_; }

private:
  std::unique_ptr<MemoryInUse> memory_ = std::make_unique<MemoryInUse>();
};

class Event {
public:
  void record(const Stream&) { time_ = std::chrono::steady_clock::now(); }
  [[nodiscard]] float milliseconds_since(const Event& earlier) const {
    return std::chrono::duration<float, std::milli>(time_ - earlier.time_).count();
  }

private:
  std::chrono::steady_clock::time_point time_;
};

/// Ordinary memory, filled with a pattern that reads as NaN, so that what a stage did not write shows.
template <class T>
class HostMemory {
  static_assert(std::is_trivially_copyable_v<T>);

public:
  explicit HostMemory(std::size_t size) : size_(size), bytes_(new std::byte[std::max<std::size_t>(1, size) * sizeof(T)]) {
    std::memset(bytes_.get(), 0xff, size * sizeof(T));
  }
  [[nodiscard]] T* data() const { return reinterpret_cast<T*>(bytes_.get()); }
  [[nodiscard]] std::size_t size() const { return size_; }
  T& operator[](std::size_t i) const { return data()[i]; }

private:
  std::size_t size_;
  std::unique_ptr<std::byte[]> bytes_;
};

template <class T>
class DeviceBuffer : public HostMemory<T> {
public:
  DeviceBuffer(std::size_t size, const Stream& stream)
      : HostMemory<T>(size), counted_(stream.memory().take(std::max<std::size_t>(1, size) * sizeof(T))) {}

private:
  MemoryInUse::Share counted_;
};

template <class T>
struct PinnedBuffer : HostMemory<T> {
  using HostMemory<T>::HostMemory;
};

template <class T>
void copy(T* to, const T* from, std::size_t count, const Stream&) {
  if (count > 0) std::memcpy(to, from, count * sizeof(T));
}

template <class T>
void upload(T* to, std::span<const T> from, const Stream& stream) {
  copy(to, from.data(), from.size(), stream);
}

inline void use_device(int) {}

inline void trim_memory(std::size_t) {}

inline int device_count() {
  return 1;
}

inline int compute_capability(int) {
  return 0;
}

/// Small enough that the tests' sweeps are cut into several batches.
inline std::size_t free_memory() {
  return std::size_t{1} << 30;
}

}  // namespace qbatt::cuda
