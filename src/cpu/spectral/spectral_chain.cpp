#include "cpu/spectral/spectral_chain.hpp"

#include <algorithm>

namespace qbatt::cpu {
namespace {

constexpr index most_superblocks = 256;
/// Shorter ones would spend more on their checkpoints than they save.
constexpr index least_superblock_levels = 1024;
/// Coefficients of chains up to this many kept levels are computed once: 18 MiB a system being solved.
constexpr index most_cached_levels = index{1} << 18;

}  // namespace

std::vector<index> superblock_boundaries(index levels, int block) {
  const index blocks = (levels + block - 1) / block;
  const index blocks_each = std::max((blocks + most_superblocks - 1) / most_superblocks, least_superblock_levels / block);
  std::vector<index> boundaries;
  for (index first = 0; first < levels; first += blocks_each * block) boundaries.push_back(first);
  boundaries.push_back(levels);
  return boundaries;
}

SpectralChain::SpectralChain(const LevelChain& chain) : spectrum_(chain), data_(chain_to_shoot_at(chain)) {
  const ShootingWindow window = shooting_window(spectrum_);
  window_low_ = window.low;
  window_high_ = window.high;
  block_ = shooting_block(spectrum_, window);
  boundaries_ = superblock_boundaries(data_.levels, block_);
  fill_cache();
}

index SpectralChain::longest_superblock() const {
  index longest = 0;
  for (std::size_t s = 0; s + 1 < boundaries_.size(); ++s) longest = std::max(longest, boundaries_[s + 1] - boundaries_[s]);
  return longest;
}

index SpectralChain::bond(double lambda) const {
  if (data_.folded && data_.constant_diagonal)
    return data_.levels - 2;  // offdiag grows up to the fold: every vector runs upward, and none needs to be kept on its way down
  const auto view = spectrum_.samples();
  const int deepest = data_.constant_diagonal ? spectrum_.deepest_for_any() : kernels::deepest_sample(view, lambda);
  return std::clamp<index>(view.level[deepest], 0, data_.levels - 2);
}

void SpectralChain::fill_cache() {
  if (data_.levels <= most_cached_levels) {
    cache_.resize(static_cast<std::size_t>(data_.levels) * kernels::Coefficients::arrays);
    kernel_set().fill_coefficients(data_, 0, data_.levels, cache_.data());
  }
}

}  // namespace qbatt::cpu
