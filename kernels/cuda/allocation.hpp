#pragma once

#include <cstddef>
#include <map>
#include <mutex>
#include <string>

#include "kernels/cuda/out_of_memory.hpp"

// How device memory is come by, in plain C++: what both runtimes (runtime.hpp) do.
namespace qbatt::cuda {

/// A value for each device, made when it is first asked for and kept for the life of the process. All calls from any thread.
/// Objects of the kind are best never destroyed: CUDA may be gone before the statics of the process.
template <class Value>
class PerDevice {
public:
  /// make(device) makes it; where that throws, the next call tries again.
  template <class Make>
  Value& get(int device, const Make& make) {
    const std::lock_guard lock(mutex_);
    const auto there = values_.find(device);
    return there != values_.end() ? there->second : values_.emplace(device, make(device)).first->second;
  }

private:
  std::mutex mutex_;
  std::map<int, Value> values_;
};

/// Memory in the order of a stream; where there is none, once more when all that is kept for later has been handed back, since a
/// pool may fail while it keeps enough in pieces that are too small. Throws OutOfDeviceMemory.
///
/// The stream has attempt(bytes), which is null where there is no room, and hand_back(), after which nothing freed is kept.
template <class Stream>
void* allocate_or_trim(const Stream& stream, std::size_t bytes) {
  if (void* const memory = stream.attempt(bytes)) return memory;
  stream.hand_back();
  if (void* const memory = stream.attempt(bytes)) return memory;
  throw OutOfDeviceMemory("cuda: the device has no room for " + std::to_string(bytes) + " bytes more");
}

}  // namespace qbatt::cuda
