#pragma once

#include <thrust/iterator/counting_iterator.h>
#include <thrust/iterator/transform_iterator.h>

#include <cub/device/device_radix_sort.cuh>
#include <cub/device/device_segmented_sort.cuh>
#include <cub/device/device_select.cuh>

#include "kernels/cuda/device_runtime.hpp"
#include "kernels/cuda/launch_size.hpp"

// Launches on a GPU: see launch.hpp. For nvcc only.
namespace qbatt::cuda {

template <class Body>
__global__ void __launch_bounds__(launch_threads) run_items(index items, Body body) {
  const index stride = static_cast<index>(gridDim.x) * launch_threads;
  for (index i = static_cast<index>(blockIdx.x) * launch_threads + threadIdx.x; i < items; i += stride) body(i);
}

/// A warp: neighbors exchange by shuffles.
class WarpTeam {
public:
  static constexpr int size = 32;

  __device__ static int rank() { return static_cast<int>(threadIdx.x) % size; }

  template <int vectors>
  __device__ void exchange(const double (&lowest)[vectors], const double (&highest)[vectors], double (&below)[vectors],
                           double (&above)[vectors]) const {
#pragma unroll
    for (int v = 0; v < vectors; ++v) {
      below[v] = __shfl_up_sync(all, highest[v], 1);
      above[v] = __shfl_down_sync(all, lowest[v], 1);
      below[v] = rank() == 0 ? 0.0 : below[v];
      above[v] = rank() == size - 1 ? 0.0 : above[v];
    }
  }

private:
  static constexpr unsigned all = 0xffffffffU;
};

/// A block of several warps: what their ends hold goes through shared memory, two sets of it in turn, so that one barrier an
/// exchange keeps a warp from overwriting what another still reads.
template <int threads>
class BlockTeam {
public:
  static constexpr int size = threads;

  __device__ static int rank() { return static_cast<int>(threadIdx.x); }

  template <int vectors>
  __device__ void exchange(const double (&lowest)[vectors], const double (&highest)[vectors], double (&below)[vectors],
                           double (&above)[vectors]) {
    constexpr int warps = threads / WarpTeam::size;
    __shared__ double ends[2][vectors][2][warps];
    const int warp = rank() / WarpTeam::size;
    const int lane = WarpTeam::rank();
    WarpTeam{}.exchange(lowest, highest, below, above);
#pragma unroll
    for (int v = 0; v < vectors; ++v) {
      if (lane == 0) ends[turn_][v][0][warp] = lowest[v];
      if (lane == WarpTeam::size - 1) ends[turn_][v][1][warp] = highest[v];
    }
    __syncthreads();
#pragma unroll
    for (int v = 0; v < vectors; ++v) {
      if (lane == 0 && warp > 0) below[v] = ends[turn_][v][1][warp - 1];
      if (lane == WarpTeam::size - 1 && warp + 1 < warps) above[v] = ends[turn_][v][0][warp + 1];
    }
    turn_ ^= 1;
  }

private:
  int turn_ = 0;
};

/// One item a warp, or one a block; every thread of a block comes to the same items.
template <int threads, class Body>
__global__ void __launch_bounds__(team_block_threads(threads), 1) run_teams(index items, Body body) {
  constexpr int teams = team_block_threads(threads) / threads;
  const index stride = static_cast<index>(gridDim.x) * teams;
  for (index i = static_cast<index>(blockIdx.x) * teams + threadIdx.x / threads; i < items; i += stride) {
    if constexpr (threads == WarpTeam::size) {
      WarpTeam team;
      body(team, i);
    } else {
      __syncthreads();  // the team of the item before may still read
      BlockTeam<threads> team;
      body(team, i);
    }
  }
}

/// These two are the only places where kernels are launched.
template <int threads, class Body>
void launch_teams(const Stream& stream, index items, const Body& body,
                  std::source_location where = std::source_location::current()) {
  if (items <= 0) return;
  const auto blocks = static_cast<unsigned>(team_launch_blocks(items, threads));
  run_teams<threads><<<blocks, team_block_threads(threads), 0, stream.get()>>>(items, body);
  check(cudaGetLastError(), where);
}

template <class Body>
void launch(const Stream& stream, index items, const Body& body, std::source_location where = std::source_location::current()) {
  if (items <= 0) return;
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

/// Sorts each of `rows` rows of `length` entries in descending order from `in` to `out`, which must not overlap: a block a row, or,
/// where rows are long, the whole device for each of them.
template <class T>
void sort_rows_descending(const Stream& stream, const T* in, T* out, index rows, index length) {
  const auto begin = thrust::make_transform_iterator(thrust::counting_iterator<index>(0), RowStart{length});
  const auto sort = [&](void* scratch, std::size_t& bytes, index row) {
    if (device_sorts_each_row(length))
      check(cub::DeviceRadixSort::SortKeysDescending(scratch, bytes, in + row * length, out + row * length, length, 0,
                                                     static_cast<int>(8 * sizeof(T)), stream.get()));
    else
      check(cub::DeviceSegmentedSort::SortKeysDescending(scratch, bytes, in, out, rows * length, rows, begin, begin + 1,
                                                         stream.get()));
  };
  std::size_t bytes = 0;
  sort(nullptr, bytes, 0);
  const DeviceBuffer<unsigned char> scratch(bytes, stream);
  for (index row = 0; row < (device_sorts_each_row(length) ? rows : 1); ++row) sort(scratch.data(), bytes, row);
}

}  // namespace qbatt::cuda
