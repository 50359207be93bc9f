#pragma once

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <memory>
#include <vector>

#include "kernels/cuda/allocation.hpp"
#include "kernels/cuda/memory_pool.hpp"
#include "kernels/cuda/status.hpp"

// Owners of CUDA objects: created by their constructors, which throw BackendError, destroyed with them.
namespace qbatt::cuda {

/// Page-locked memory that uploads pass through, so that what they come from may go at once and the host need not wait for them:
/// a few slots, each of which waits until its last upload has arrived.
class UploadRing {
public:
  UploadRing() = default;
  UploadRing(const UploadRing&) = delete;
  UploadRing& operator=(const UploadRing&) = delete;
  ~UploadRing() {
    for (const Slot& slot : slots_) {
      cudaEventDestroy(slot.arrived);
      cudaFreeHost(slot.memory);
    }
  }

  void copy(void* to, const void* from, std::size_t bytes, cudaStream_t stream) {
    for (std::size_t done = 0; done < bytes; done += slot_bytes) {
      const Slot& slot = next();
      const std::size_t count = std::min(slot_bytes, bytes - done);
      std::memcpy(slot.memory, static_cast<const std::byte*>(from) + done, count);
      check(cudaMemcpyAsync(static_cast<std::byte*>(to) + done, slot.memory, count, cudaMemcpyHostToDevice, stream));
      check(cudaEventRecord(slot.arrived, stream));
    }
  }

private:
  static constexpr std::size_t slot_bytes = std::size_t{1} << 20;
  static constexpr std::size_t most_slots = 8;
  struct Slot {
    void* memory = nullptr;
    cudaEvent_t arrived = nullptr;
  };

  const Slot& next() {
    if (slots_.size() < most_slots) {
      Slot slot;  // not among the others before it is whole
      check(cudaEventCreateWithFlags(&slot.arrived, cudaEventDisableTiming));
      check(cudaMallocHost(&slot.memory, slot_bytes));
      return slots_.emplace_back(slot);
    }
    const Slot& slot = slots_[turn_++ % most_slots];
    check(cudaEventSynchronize(slot.arrived));
    return slot;
  }

  std::vector<Slot> slots_;
  std::size_t turn_ = 0;
};

/// A stream of work on the device that is current when it is made, with the pool of that device. Driven by one thread at a time.
class Stream {
public:
  Stream() : pool_(memory_pool()) {
    cudaStream_t stream = nullptr;
    check(cudaStreamCreateWithFlags(&stream, cudaStreamNonBlocking));
    handle_.reset(stream);
  }
  [[nodiscard]] cudaStream_t get() const { return handle_.get(); }
  void synchronize() const { check(cudaStreamSynchronize(get())); }

  /// Throws OutOfDeviceMemory.
  [[nodiscard]] void* allocate(std::size_t bytes) const { return allocate_or_trim(*this, bytes); }
  void free(void* memory, std::size_t /*bytes*/) const { cudaFreeAsync(memory, get()); }

  [[nodiscard]] void* attempt(std::size_t bytes) const {
    void* memory = nullptr;
    const cudaError_t status = cudaMallocFromPoolAsync(&memory, bytes, pool_, get());
    if (status == cudaSuccess) return memory;
    if (status != cudaErrorMemoryAllocation) check(status);
    cudaGetLastError();  // so that the next check does not meet it
    return nullptr;
  }
  /// Of all streams of the device.
  void hand_back() const {
    synchronize();
    check(cudaMemPoolTrimTo(pool_, 0));
  }

  /// Of host memory, which may go at once.
  void upload(void* to, const void* from, std::size_t bytes) const { uploads_->copy(to, from, bytes, get()); }

private:
  struct Destroy {
    using pointer = cudaStream_t;
    void operator()(cudaStream_t stream) const { cudaStreamDestroy(stream); }
  };
  cudaMemPool_t pool_;
  std::unique_ptr<UploadRing> uploads_ = std::make_unique<UploadRing>();
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

/// Parameters of the Jacobi method: full precision, eigenvalues in ascending order. It stops after twenty sweeps at the latest,
/// more than twice what matrices need that converge at all; the certificate judges what it has then.
class SyevjInfo {
public:
  SyevjInfo() {
    syevjInfo_t info = nullptr;
    check(cusolverDnCreateSyevjInfo(&info));
    handle_.reset(info);
    check(cusolverDnXsyevjSetSortEig(info, 1));
    static_cast<void>(cusolverDnXsyevjSetMaxSweeps(info, most_sweeps));  // saves time only
  }
  [[nodiscard]] syevjInfo_t get() const { return handle_.get(); }

private:
  static constexpr int most_sweeps = 20;
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
