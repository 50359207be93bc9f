#pragma once

#include <thrust/system/cuda/execution_policy.h>

#include <cstddef>
#include <cub/block/block_merge_sort.cuh>
#include <limits>
#include <mutex>

#include "kernels/cuda/device_runtime.hpp"
#include "kernels/cuda/launch_size.hpp"
#include "kernels/team/arena.hpp"

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
  static constexpr int warps = threads / WarpTeam::size;
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

/// Memory of the teams of a launch: near bytes each in shared memory, far bytes each behind one another.
struct ArenaRoom {
  std::size_t near_bytes = 0;
  std::size_t far_bytes = 0;
  unsigned char* far = nullptr;
};

/// 8, 16 or 32 neighboring lanes of a warp as a team: see kernels/team/team.hpp.
class LaneTeam {
public:
  static constexpr bool tensor = false;
  static constexpr bool whole_block = false;

  __device__ explicit LaneTeam(int threads) : threads_(threads), mask_(mask(threads)) {}

  __device__ int threads() const { return threads_; }
  __device__ int rank() const { return static_cast<int>(threadIdx.x) % threads_; }
  __device__ void barrier() const { __syncwarp(mask_); }

  template <int count>
  __device__ void sums(double (&values)[count]) const {
#pragma unroll
    for (int v = 0; v < count; ++v)
      for (int distance = threads_ / 2; distance > 0; distance /= 2) values[v] += __shfl_xor_sync(mask_, values[v], distance);
  }

  __device__ double smallest(double value) const {
    for (int distance = threads_ / 2; distance > 0; distance /= 2) value = fmin(value, __shfl_xor_sync(mask_, value, distance));
    return value;
  }

private:
  __device__ static unsigned mask(int threads) {
    constexpr unsigned all = 0xffffffffU;
    return (all >> (WarpTeam::size - threads)) << (threadIdx.x % WarpTeam::size / threads * threads);
  }

  int threads_;
  unsigned mask_;
};

/// A block of whole warps as a team. `tensor_cores`: whether it may use those for doubles.
template <bool tensor_cores>
class WholeBlockTeam {
public:
  static constexpr bool tensor = tensor_cores;
  static constexpr bool whole_block = true;
  static constexpr int most_threads = 256;

  __device__ explicit WholeBlockTeam(int threads) : threads_(threads) {}

  __device__ int threads() const { return threads_; }
  __device__ static int rank() { return static_cast<int>(threadIdx.x); }
  __device__ static void barrier() { __syncthreads(); }

  /// Within warps first, then from warp to warp in their order.
  template <int count>
  __device__ void sums(double (&values)[count]) const {
    __shared__ double parts[most_threads / 32][count];
    LaneTeam(WarpTeam::size).sums(values);
    __syncthreads();  // the sums before may still be read
    if (rank() % WarpTeam::size == 0) {
#pragma unroll
      for (int v = 0; v < count; ++v) parts[rank() / WarpTeam::size][v] = values[v];
    }
    __syncthreads();
#pragma unroll
    for (int v = 0; v < count; ++v) {
      values[v] = parts[0][v];
      for (int warp = 1; warp < threads_ / WarpTeam::size; ++warp) values[v] += parts[warp][v];
    }
  }

  __device__ double smallest(double value) const {
    __shared__ double parts[most_threads / 32];
    value = LaneTeam(WarpTeam::size).smallest(value);
    __syncthreads();
    if (rank() % WarpTeam::size == 0) parts[rank() / WarpTeam::size] = value;
    __syncthreads();
    value = parts[0];
    for (int warp = 1; warp < threads_ / WarpTeam::size; ++warp) value = fmin(value, parts[warp]);
    return value;
  }

private:
  int threads_;
};

using BlockOfAnySize = WholeBlockTeam<true>;

/// One item a team with an arena, whose memory it has to itself. Registers as for blocks of 256 threads, so that eight warps fit.
template <class Team, class Body>
__global__ void __launch_bounds__(256) run_teams_in_arenas(int threads, index items, ArenaRoom room, Body body) {
  extern __shared__ __align__(32) unsigned char arenas[];
  const auto teams = static_cast<int>(blockDim.x) / threads;
  const int own = static_cast<int>(threadIdx.x) / threads;
  const index place = static_cast<index>(blockIdx.x) * teams + own;
  const index stride = static_cast<index>(gridDim.x) * teams;
  Team team(threads);
  for (index i = place; i < items; i += stride) {
    team.barrier();  // the team may still be at the item before
    body(team, kernels::Arena(arenas + own * room.near_bytes, room.near_bytes, room.far + place * room.far_bytes), i);
  }
}

/// Kernels are launched here and in launch_sort() alone.
template <int threads, class Body>
void launch_teams(const Stream& stream, index items, const Body& body,
                  std::source_location where = std::source_location::current()) {
  if (items <= 0) return;
  const auto blocks = static_cast<unsigned>(team_launch_blocks(items, threads));
  run_teams<threads><<<blocks, team_block_threads(threads), 0, stream.get()>>>(items, body);
  check(cudaGetLastError(), where);
}

/// f(team, arena, i) for 0 <= i < items, each i by a team of so many threads with an arena; see ArenaSize.
template <class Team, class Body>
void launch_teams_in_arenas(const Stream& stream, int threads, index items, const ArenaSize& size, const Body& body,
                            std::source_location where = std::source_location::current()) {
  if (items <= 0) return;
  const int block = Team::whole_block ? threads : launch_threads;
  const int teams = block / threads;
  const std::size_t shared = size.near_bytes * static_cast<std::size_t>(teams);
  const auto blocks =
      std::min({(items + teams - 1) / teams, multiprocessors() * resident_blocks(block, shared), size.most_blocks(teams)});
  const DeviceBuffer<unsigned char> memory(size.far_bytes() * static_cast<std::size_t>(blocks * teams), stream);
  const auto kernel = run_teams_in_arenas<Team, Body>;
  static std::mutex mutex;  // of the kernel's attribute: another thread may be about to launch it with less
  const std::lock_guard lock(mutex);
  check(cudaFuncSetAttribute(kernel, cudaFuncAttributeMaxDynamicSharedMemorySize, static_cast<int>(shared)), where);
  kernel<<<static_cast<unsigned>(blocks), block, shared, stream.get()>>>(
      threads, items, ArenaRoom{size.near_bytes, size.far_bytes(), memory.data()}, body);
  check(cudaGetLastError(), where);
}

template <class Body>
void launch(const Stream& stream, index items, const Body& body, std::source_location where = std::source_location::current()) {
  if (items <= 0) return;
  const auto blocks = static_cast<unsigned>(launch_blocks(items));
  run_items<<<blocks, launch_threads, 0, stream.get()>>>(items, body);
  check(cudaGetLastError(), where);
}

/// Scratch of Thrust's algorithms, in the order of a stream: what Thrust allocates by itself would stop the whole device.
struct StreamScratch {
  using value_type = char;
  const Stream* stream;

  char* allocate(std::ptrdiff_t bytes) const { return static_cast<char*>(stream->allocate(static_cast<std::size_t>(bytes))); }
  void deallocate(char* memory, std::size_t bytes) const { stream->free(memory, bytes); }
};

/// How Thrust's algorithms run in the order of a stream: none waits for it that has nothing to tell the host.
inline auto in_order_of(const Stream& stream) {
  return thrust::cuda::par_nosync(StreamScratch{&stream}).on(stream.get());
}

struct Descending {
  template <class T>
  __device__ bool operator()(const T& a, const T& b) const {
    return a > b;
  }
};

/// A row a block, in its registers and shared memory, filled up with what sorts behind all entries.
template <class T, int threads, int each>
__global__ void __launch_bounds__(threads) sort_rows(const T* in, T* out, index rows, index length, T behind_all) {
  using Sort = cub::BlockMergeSort<T, threads, each>;
  __shared__ typename Sort::TempStorage shared;
  for (index row = blockIdx.x; row < rows; row += gridDim.x) {
    T keys[each];
#pragma unroll
    for (int i = 0; i < each; ++i) {
      const index place = i * threads + static_cast<index>(threadIdx.x);
      keys[i] = place < length ? in[row * length + place] : behind_all;
    }
    Sort(shared).Sort(keys, Descending{});
#pragma unroll
    for (int i = 0; i < each; ++i) {
      const index place = static_cast<index>(threadIdx.x) * each + i;
      if (place < length) out[row * length + place] = keys[i];
    }
    __syncthreads();  // the next row takes the shared memory
  }
}

template <int threads, int each, class T>
void launch_sort(const Stream& stream, const T* in, T* out, index rows, index length,
                 std::source_location where = std::source_location::current()) {
  const auto blocks = static_cast<unsigned>(team_launch_blocks(rows, threads));
  sort_rows<T, threads, each><<<blocks, threads, 0, stream.get()>>>(in, out, rows, length, std::numeric_limits<T>::lowest());
  check(cudaGetLastError(), where);
}

/// Sorts rows of up to 4096 entries as sort_rows_descending() says; false, without doing anything, where they are longer.
template <class T>
bool sort_short_rows(const Stream& stream, const T* in, T* out, index rows, index length) {
  if (length <= 32)
    launch_sort<32, 1>(stream, in, out, rows, length);
  else if (length <= 128)
    launch_sort<32, 4>(stream, in, out, rows, length);
  else if (length <= 512)
    launch_sort<128, 4>(stream, in, out, rows, length);
  else if (length <= 2048)
    launch_sort<256, 8>(stream, in, out, rows, length);
  else if (length <= 4096)
    launch_sort<256, 16>(stream, in, out, rows, length);
  else
    return false;
  return true;
}

}  // namespace qbatt::cuda
