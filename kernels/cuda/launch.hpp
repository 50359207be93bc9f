#pragma once

// Work on a stream, in the two implementations of runtime.hpp. What both offer:
//   launch(stream, items, f)       f(i) for 0 <= i < items, in any order, each i on a thread of its own
//   launch_teams<threads>(...)     f(team, i) likewise, each i by a team: a warp, a block of several, or on the host a single
//                                  thread; see kernels::ChebyshevTile for what a team offers
//   select_indices(...)            the items of which something holds
//   sort_rows_descending(...)      each row of a matrix
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

}  // namespace qbatt::cuda
