#pragma once

#include <algorithm>
#include <cstddef>
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

/// Shared memory that the blocks of a multiprocessor have in common, and that one may have, from compute capability 9.0 on: 227 KB,
/// less what a block's own variables and the runtime take.
inline constexpr std::size_t shared_memory = std::size_t{224} << 10U;

/// Blocks that a multiprocessor holds at once, as far as threads and shared memory limit them.
constexpr index resident_blocks(int threads, std::size_t shared_bytes) {
  constexpr index most_threads = 2048;
  constexpr std::size_t reserved = 1024;  // of each block
  const index by_threads = most_threads / threads;
  const auto by_memory = static_cast<index>(shared_memory / (shared_bytes + reserved));
  return std::max(index{1}, std::min(by_threads, by_memory));
}

/// What the teams of a launch need, each for itself.
struct ArenaSize {
  std::size_t bytes = 0;       ///< of an arena
  std::size_t near_bytes = 0;  ///< up to so many of them in shared memory
  std::size_t far_limit = 0;   ///< of all teams together, in device memory

  /// Room for all of it where not all is near, in whole lines of an arena, so that every team's begins with one: see
  /// kernels::Arena.
  [[nodiscard]] constexpr std::size_t far_bytes() const {
    constexpr std::size_t line = 32;
    return bytes > near_bytes ? (bytes + line - 1) / line * line : 0;
  }

  /// Blocks of so many teams that the limit allows, one at least.
  [[nodiscard]] constexpr index most_blocks(int teams_a_block) const {
    const std::size_t block = far_bytes() * static_cast<std::size_t>(teams_a_block);
    return block == 0 ? std::numeric_limits<index>::max() : std::max(index{1}, static_cast<index>(far_limit / block));
  }
};

/// Blocks for so many items.
constexpr index team_launch_blocks(index items, int threads) {
  constexpr index largest_grid = std::numeric_limits<std::int32_t>::max();
  const index teams = team_block_threads(threads) / threads;
  return std::min((items + teams - 1) / teams, largest_grid);
}

}  // namespace qbatt::cuda
