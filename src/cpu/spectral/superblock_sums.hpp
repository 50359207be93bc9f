#pragma once

#include <algorithm>
#include <vector>

#include "cpu/aligned_doubles.hpp"
#include "cpu/team.hpp"

namespace qbatt::cpu {

/// `size` sums over all superblocks, to which add(superblock, sums, scratch) adds one. They are formed in at most 32 runs of
/// superblocks, each in order, so that no thread count changes a bit; in fewer where their sums would take more than 128 MiB.
template <class Add>
std::vector<double> sum_over_superblocks(std::int64_t superblocks, std::size_t size, std::size_t scratch_doubles,
                                         const Workers& workers, const Add& add) {
  constexpr std::int64_t most_runs = 32;
  constexpr std::int64_t most_doubles = std::int64_t{1} << 24;
  const std::int64_t fitting = std::max<std::int64_t>(1, most_doubles / static_cast<std::int64_t>(size));
  const std::int64_t runs = std::min({superblocks, most_runs, fitting});
  const std::size_t scratch_size = whole_lines(scratch_doubles);
  std::vector<double> sums(size * static_cast<std::size_t>(runs), 0.0);
  const AlignedDoubles scratch(scratch_size * static_cast<std::size_t>(workers.threads));
  share_out(runs, workers, [&](std::int64_t run, int thread) {
    for (std::int64_t s = run * superblocks / runs; s < (run + 1) * superblocks / runs; ++s) {
      throw_if_stopped(workers.stop);
      add(s, sums.data() + size * static_cast<std::size_t>(run), scratch.get() + scratch_size * static_cast<std::size_t>(thread));
    }
  });
  for (std::size_t run = 1; run < static_cast<std::size_t>(runs); ++run)
    for (std::size_t i = 0; i < size; ++i) sums[i] += sums[run * size + i];
  sums.resize(size);
  return sums;
}

}  // namespace qbatt::cpu
