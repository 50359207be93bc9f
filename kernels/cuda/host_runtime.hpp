#pragma once

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstring>
#include <limits>
#include <memory>
#include <span>
#include <type_traits>

#include "kernels/cuda/allocation.hpp"
#include "kernels/cuda/device_buffer.hpp"
#include "kernels/cuda/host_pool.hpp"
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

  /// What a stream can have at most, as if others had taken the rest: for tests.
  inline static std::atomic<std::size_t> limit = std::numeric_limits<std::size_t>::max();
};

/// The devices that there are, all of them this host.
struct HostDevices {
  inline static std::atomic<int> count = 1;  ///< for tests
  inline static thread_local int current = 0;
};

/// Work on the device that is current when it is made.
class Stream {
public:
  void synchronize() const {}

  [[nodiscard]] void* allocate(std::size_t bytes) const { return allocate_or_trim(*this, bytes); }
  void free(void* memory, std::size_t bytes) const {
    memory_->now -= bytes;
    pool_.free(memory, bytes);
  }

  [[nodiscard]] void* attempt(std::size_t bytes) const {
    if (memory_->now + bytes > MemoryInUse::limit) return nullptr;
    void* const memory = pool_.attempt(bytes);
    if (memory == nullptr) return nullptr;
    memory_->now += bytes;
    memory_->most = std::max(memory_->most, memory_->now);
    return memory;
  }
  void hand_back() const { pool_.trim_to(0); }

  /// Of the buffers in its order, which tests hold to what was planned.
  [[nodiscard]] const MemoryInUse& memory() const { return *memory_; }

private:
  HostPool& pool_ = host_pool(HostDevices::current);
  std::unique_ptr<MemoryInUse> memory_ = std::make_unique<MemoryInUse>();
};

template <class T>
using DeviceBuffer = BufferOfStream<T, Stream>;

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

inline void use_device(int device) {
  HostDevices::current = device;
}

inline void trim_memory(std::size_t kept) {
  host_pool(HostDevices::current).trim_to(kept);
}

inline int device_count() {
  return HostDevices::count;
}

inline int compute_capability(int) {
  return 0;
}

/// Small enough that the tests' sweeps are cut into several batches.
inline std::size_t free_memory() {
  return std::size_t{1} << 30;
}

}  // namespace qbatt::cuda
