#pragma once

#include <algorithm>
#include <cstddef>
#include <memory>
#include <type_traits>

namespace qbatt::cuda {

/// Device memory, allocated and freed in the order of a stream, which must outlive it. Uninitialized. Throws OutOfDeviceMemory.
///
/// The stream, which depends on the runtime (runtime.hpp), has allocate(bytes) and free(memory, bytes).
template <class T, class Stream>
class BufferOfStream {
  static_assert(std::is_trivially_copyable_v<T>);

public:
  BufferOfStream(std::size_t size, const Stream& stream)
      : size_(size), data_(static_cast<T*>(stream.allocate(bytes_of(size))), Free{&stream, bytes_of(size)}) {}
  [[nodiscard]] T* data() const { return data_.get(); }
  [[nodiscard]] std::size_t size() const { return size_; }

private:
  static std::size_t bytes_of(std::size_t size) { return std::max<std::size_t>(1, size) * sizeof(T); }
  struct Free {
    const Stream* stream;
    std::size_t bytes;
    void operator()(T* memory) const { stream->free(memory, bytes); }
  };
  std::size_t size_;
  std::unique_ptr<T, Free> data_;
};

}  // namespace qbatt::cuda
