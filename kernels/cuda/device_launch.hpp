#pragma once

#include <thrust/iterator/counting_iterator.h>
#include <thrust/iterator/transform_iterator.h>

#include <cub/device/device_segmented_sort.cuh>
#include <cub/device/device_select.cuh>

#include "kernels/cuda/device_runtime.hpp"
#include "kernels/cuda/launch_size.hpp"

// Launches on a GPU: see launch.hpp. For nvcc only.
namespace qbatt::cuda {

template <class Body>
__global__ void __launch_bounds__(launch_threads) run_items(index items, Body body) {
  const index stride = static_cast<index>(gridDim.x) * launch_threads;
  for (index i = static_cast<index>(blockIdx.x) * launch_threads + threadIdx.x; i < items; i += stride) {
    body(i);
  }
}

/// The only place where kernels are launched.
template <class Body>
void launch(const Stream& stream, index items, const Body& body, std::source_location where = std::source_location::current()) {
  if (items <= 0) {
    return;
  }
  const auto blocks = static_cast<unsigned>(launch_blocks(items));
  run_items<<<blocks, launch_threads, 0, stream.get()>>>(items, body);
  check(cudaGetLastError(), where);
}

/// The numbers i < count with wanted(i), ascending, into `selected` (room for `count`). Returns how many; waits for the stream.
/// Scratch comes from the stream's own pool: Thrust's temporaries would stop the whole device.
template <class Predicate>
index select_indices(const Stream& stream, index count, const Predicate& wanted, index* selected) {
  const thrust::counting_iterator<index> first(0);
  const DeviceBuffer<index> found(1, stream);
  std::size_t bytes = 0;
  check(cub::DeviceSelect::If(nullptr, bytes, first, selected, found.data(), count, wanted, stream.get()));
  const DeviceBuffer<unsigned char> scratch(bytes, stream);
  check(cub::DeviceSelect::If(scratch.data(), bytes, first, selected, found.data(), count, wanted, stream.get()));
  index result = 0;
  copy(&result, found.data(), 1, stream);
  stream.synchronize();
  return result;
}

struct RowStart {
  index length;
  QBATT_HD index operator()(index row) const { return row * length; }
};

/// Sorts each of `rows` rows of `length` entries in descending order from `in` to `out`, which must not overlap.
template <class T>
void sort_rows_descending(const Stream& stream, const T* in, T* out, index rows, index length) {
  const auto begin = thrust::make_transform_iterator(thrust::counting_iterator<index>(0), RowStart{length});
  std::size_t bytes = 0;
  check(cub::DeviceSegmentedSort::SortKeysDescending(nullptr, bytes, in, out, rows * length, rows, begin, begin + 1, stream.get()));
  DeviceBuffer<unsigned char> scratch(bytes, stream);
  check(cub::DeviceSegmentedSort::SortKeysDescending(scratch.data(), bytes, in, out, rows * length, rows, begin, begin + 1,
                                                     stream.get()));
}

}  // namespace qbatt::cuda
