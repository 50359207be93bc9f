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

/// Chains this short are solved for all their pairs: the semiclassical window would save nothing.
constexpr index all_pairs_levels = 48;

}  // namespace

double importance(double weight, double lambda) {
  constexpr double near = 40.0;
  const double ratio = std::max(1.0, std::abs(lambda) / near);
  return weight * ratio * ratio;
}

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

SpectralChain::SpectralChain(const CentralSpin& system) : model_(model_in_rabi_units(system)) {
  const index dim = system.dim();
  const bool folded = dim >= 3 && system.mirror_symmetric();
  data_ = {.n_b = model_.n_b,
           .n_c = model_.n_c,
           .m = model_.m,
           .detuning = model_.detuning,
           .ising = model_.ising,
           .offdiag_square = model_.offdiag_square,
           .dim = dim,
           .levels = folded ? (dim + 1) / 2 : dim,
           .folded = folded,
           .constant_diagonal = system.constant_diagonal()};
  sample_levels();
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

kernels::LevelSamples SpectralChain::samples() const {
  return {.count = static_cast<int>(sample_level_.size()),
          .level = sample_level_.data(),
          .measure = sample_measure_.data(),
          .reach = sample_reach_.data(),
          .diag = sample_diag_.data()};
}

void SpectralChain::sample_levels() {
  for (index k = 0; k < data_.levels;) {
    const index next = std::min(kernels::next_sample(k, data_.levels, data_.folded), data_.levels);
    const index middle = k + (next - 1 - k) / 2;
    const auto x = static_cast<double>(middle);
    const double below = middle > 0 ? model_.offdiag(x - 1.0) : 0.0;
    const double above = middle < data_.dim - 1 ? model_.offdiag(x) : 0.0;
    sample_level_.push_back(middle);
    sample_measure_.push_back(static_cast<double>(next - k));
    sample_reach_.push_back(below + above);
    sample_diag_.push_back(model_.diag(x));
    matrix_bound_ = std::max(matrix_bound_, sample_reach_.back() + model_.diag_size(x));
    k = next;
  }
  matrix_bound_ *= 1.01;  // between samples it is a little larger
  deepest_for_any_ = kernels::deepest_sample(samples(), 0.0);
}

index SpectralChain::bond(double lambda) const {
  if (data_.folded && data_.constant_diagonal) {
    return data_.levels - 2;  // offdiag grows up to the fold: every vector runs upward, and none needs to be kept on its way down
  }
  const auto view = samples();
  const int deepest = data_.constant_diagonal ? deepest_for_any_ : kernels::deepest_sample(view, lambda);
  return std::clamp<index>(view.level[deepest], 0, data_.levels - 2);
}

bool SpectralChain::may_matter(double low, double high) const {
  const double weight = std::exp(kernels::semiclassical_log_weight(samples(), low, high));
  return importance(weight, std::max(std::abs(low), std::abs(high))) > 0.1 * least_importance;
}

// Outward from diag_0 = 0, where e_0 lives, until tunnelling leaves nothing of it or the spectrum ends. Where the diagonal varies,
// a level far from diag_0 but close in the chain may hold a vector that e_0 feels across a gap: every level's own band is looked
// at.
double SpectralChain::window_edge(double direction) const {
  const double end = 1.001 * matrix_bound() + 1e-6;
  constexpr double step = 1.2;
  double edge = 1.0;
  while (edge < end && may_matter(direction * edge, direction * edge)) {
    edge *= step;
  }
  for (std::size_t i = 0; !data_.constant_diagonal && i < sample_level_.size(); ++i) {
    for (const double part : {0.0, 0.5, 1.0}) {
      const double lambda = sample_diag_[i] + direction * part * sample_reach_[i];
      if (direction * lambda > edge && may_matter(lambda, lambda)) {
        edge = step * direction * lambda;
      }
    }
  }
  return direction * std::min(edge, end);
}

void SpectralChain::choose_window() {
  const double end = 1.001 * matrix_bound() + 1e-6;
  const bool whole_spectrum = data_.levels <= all_pairs_levels;
  window_high_ = whole_spectrum ? end : window_edge(1.0);
  window_low_ = data_.constant_diagonal ? 0.0 : (whole_spectrum ? -end : window_edge(-1.0));
}

void SpectralChain::choose_blocks() {
  const double reach = 2.0 * std::max(window_high_, -window_low_);  // the search may widen the window
  double growth = 2.0;
  for (std::size_t i = 0; i < sample_level_.size(); ++i) {
    const index k = sample_level_[i];
    const double below = k > 0 ? offdiag(k - 1) : HUGE_VAL;
    const double above = k < data_.dim - 1 ? offdiag(k) : HUGE_VAL;
    const double least = std::min(below, above);
    const double most = std::max(k > 0 ? below : 0.0, k < data_.dim - 1 ? above : 0.0);
    growth = std::max(growth, (reach + std::abs(sample_diag_[i]) + most) / least);
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
