#include "cpu/spectral_chain.hpp"

#include <algorithm>
#include <cmath>

#include "kernels/shooting.hpp"
#include "model/units.hpp"

namespace qbatt::cpu {
namespace {

constexpr int largest_block = 128;
constexpr index most_superblocks = 256;
/// Shorter ones would spend more on their checkpoints than they save.
constexpr index least_superblock_levels = 1024;
/// Coefficients of chains up to this many kept levels are computed once: 18 MiB a system being solved.
constexpr index most_cached_levels = index{1} << 18;

}  // namespace

int block_for_growth(double growth) {
  const double doublings = std::log2(std::max(growth, 2.0));
  int block = largest_block;
  while (block > 1 && block * doublings > kernels::largest_block_growth) {
    block /= 2;
  }
  return block;
}

std::vector<index> superblock_boundaries(index levels, int block) {
  const index blocks = (levels + block - 1) / block;
  const index blocks_each = std::max((blocks + most_superblocks - 1) / most_superblocks, least_superblock_levels / block);
  std::vector<index> boundaries;
  for (index first = 0; first < levels; first += blocks_each * block) {
    boundaries.push_back(first);
  }
  boundaries.push_back(levels);
  return boundaries;
}

SpectralChain::SpectralChain(const CentralSpin& system) : model_(model_in_rabi_units(system)), spectrum_(system) {
  const index dim = system.dim();
  data_ = {.n_b = model_.n_b,
           .n_c = model_.n_c,
           .m = model_.m,
           .detuning = model_.detuning,
           .ising = model_.ising,
           .offdiag_square = model_.offdiag_square,
           .dim = dim,
           .levels = spectrum_.levels(),
           .folded = spectrum_.folded(),
           .constant_diagonal = system.constant_diagonal()};
  choose_window();
  choose_blocks();
  boundaries_ = superblock_boundaries(data_.levels, block_);
  fill_cache();
}

index SpectralChain::longest_superblock() const {
  index longest = 0;
  for (std::size_t s = 0; s + 1 < boundaries_.size(); ++s) {
    longest = std::max(longest, boundaries_[s + 1] - boundaries_[s]);
  }
  return longest;
}

index SpectralChain::bond(double lambda) const {
  if (data_.folded && data_.constant_diagonal) {
    return data_.levels - 2;  // offdiag grows up to the fold: every vector runs upward, and none needs to be kept on its way down
  }
  const auto view = spectrum_.samples();
  const int deepest = data_.constant_diagonal ? spectrum_.deepest_for_any() : kernels::deepest_sample(view, lambda);
  return std::clamp<index>(view.level[deepest], 0, data_.levels - 2);
}

void SpectralChain::choose_window() {
  const double end = spectrum_.end();
  const bool whole_spectrum = data_.levels <= all_pairs_levels;
  window_high_ = whole_spectrum ? end : spectrum_.window_edge(1.0);
  window_low_ = data_.constant_diagonal ? 0.0 : (whole_spectrum ? -end : spectrum_.window_edge(-1.0));
}

void SpectralChain::choose_blocks() {
  const double reach = 2.0 * std::max(window_high_, -window_low_);  // the search may widen the window
  double growth = 2.0;
  const auto samples = spectrum_.samples();
  for (int i = 0; i < samples.count; ++i) {
    const index k = samples.level[i];
    const double below = k > 0 ? offdiag(k - 1) : HUGE_VAL;
    const double above = k < data_.dim - 1 ? offdiag(k) : HUGE_VAL;
    const double least = std::min(below, above);
    const double most = std::max(k > 0 ? below : 0.0, k < data_.dim - 1 ? above : 0.0);
    growth = std::max(growth, (reach + std::abs(samples.diag[i]) + most) / least);
  }
  block_ = block_for_growth(growth);
}

void SpectralChain::fill_cache() {
  if (data_.levels <= most_cached_levels) {
    cache_.resize(static_cast<std::size_t>(data_.levels) * coefficient_arrays);
    kernel_set().fill_coefficients(data_, 0, data_.levels, cache_.data());
  }
}

}  // namespace qbatt::cpu
