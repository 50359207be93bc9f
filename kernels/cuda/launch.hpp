#pragma once

#include <thrust/copy.h>
#include <thrust/functional.h>
#include <thrust/iterator/counting_iterator.h>
#include <thrust/sort.h>

// Work on a stream, in the two implementations of runtime.hpp. What both offer:
//   launch(stream, items, f)       f(i) for 0 <= i < items, in any order, each i on a thread of its own
//   launch_teams<threads>(...)     f(team, i) likewise, each i by a team: a warp, a block of several, or on the host a single
//                                  thread; see kernels::ChebyshevTile for what a team offers
//   LaneTeam, BlockOfAnySize       teams as in kernels/team/team.hpp: lanes of a warp, a block, or on the host a single thread
//   launch_teams_in_arenas<Team>(...)  f(team, arena, i) likewise, each with memory of its own
//   in_order_of(stream)            the execution policy of Thrust's algorithms
//   sort_short_rows(...)           what sort_rows_descending() does where rows are short, if the device has a way of its own
#if defined(QBATT_CUDA_ON_HOST)
#include "kernels/cuda/host_launch.hpp"
#else
#include "kernels/cuda/device_launch.hpp"
#endif

namespace qbatt::cuda {

/// All items of a stage.
template <class Stage>
void run_stage(const Stream& stream, const Stage& stage) {
  launch(stream, stage.items(), stage);
}

/// All items of a stage whose items take a team each.
template <class Stage>
void run_team_stage(const Stream& stream, const Stage& stage) {
  launch_teams<Stage::threads>(stream, stage.items(), stage);
}

/// The numbers i < count with wanted(i), ascending, into `selected` (room for `count`). Returns how many; waits for the stream.
template <class Predicate>
index select_indices(const Stream& stream, index count, const Predicate& wanted, index* selected) {
  const thrust::counting_iterator<index> first(0);
  return thrust::copy_if(in_order_of(stream), first, first + count, selected, wanted) - selected;
}

/// Sorts each of `rows` rows of `length` entries in descending order from `in` to `out`, which must not overlap. Does not wait.
template <class T>
void sort_rows_descending(const Stream& stream, const T* in, T* out, index rows, index length) {
  if (sort_short_rows(stream, in, out, rows, length)) return;
  copy(out, in, static_cast<std::size_t>(rows * length), stream);
  for (index row = 0; row < rows; ++row)
    thrust::sort(in_order_of(stream), out + row * length, out + (row + 1) * length, thrust::greater<T>{});
}

}  // namespace qbatt::cuda
