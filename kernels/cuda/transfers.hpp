#pragma once

#include <span>
#include <vector>

#include "kernels/cuda/runtime.hpp"

// Vectors to and from device memory.
namespace qbatt::cuda {

/// The product as a size.
inline std::size_t extent(index a, index b = 1, index c = 1) {
  return static_cast<std::size_t>(a) * static_cast<std::size_t>(b) * static_cast<std::size_t>(c);
}

template <class T>
DeviceBuffer<T> to_device(std::span<const T> values, const Stream& stream) {
  DeviceBuffer<T> buffer(values.size(), stream);
  upload(buffer.data(), values, stream);
  return buffer;
}

/// Waits for the stream.
template <class T>
std::vector<T> to_host(const DeviceBuffer<T>& buffer, const Stream& stream) {
  std::vector<T> values(buffer.size());
  copy(values.data(), buffer.data(), values.size(), stream);
  stream.synchronize();
  return values;
}

}  // namespace qbatt::cuda
