#pragma once

#include <algorithm>
#include <limits>

#include "kernels/target.hpp"

namespace qbatt::cuda {

using kernels::index;

/// Threads of a block. Every stage is a loop over items without shared memory.
inline constexpr int launch_threads = 128;

/// Blocks for so many items, at most the largest grid: its threads go on with the items a grid's width further.
constexpr index launch_blocks(index items) {
  constexpr index largest_grid = std::numeric_limits<std::int32_t>::max();
  return std::min((items + launch_threads - 1) / launch_threads, largest_grid);
}

/// Threads of a block where each item takes a team of so many: several warps share a block, a larger team is one.
QBATT_HD constexpr int team_block_threads(int threads) {
  return threads > launch_threads ? threads : launch_threads;
}

/// Blocks for so many items.
constexpr index team_launch_blocks(index items, int threads) {
  constexpr index largest_grid = std::numeric_limits<std::int32_t>::max();
  const index teams = team_block_threads(threads) / threads;
  return std::min((items + teams - 1) / teams, largest_grid);
}

}  // namespace qbatt::cuda
