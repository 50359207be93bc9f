#pragma once

#include <memory>
#include <vector>

#include "chain/semiclassical_spectrum.hpp"
#include "chain/shooting_plan.hpp"
#include "cpu/isa/isa.hpp"

namespace qbatt::cpu {

/// A system made ready for shooting: folded where it is mirror symmetric, its coefficients cached where they fit, its levels
/// divided into blocks and superblocks, with samples for the semiclassical estimates. Requires dim >= 2, A != 0 and m > 0.
class SpectralChain {
public:
  explicit SpectralChain(const LevelChain& chain);

  [[nodiscard]] const kernels::Chain& data() const { return data_; }
  [[nodiscard]] CoefficientCache cache() const { return {cache_.empty() ? nullptr : cache_.data()}; }
  [[nodiscard]] int block() const { return block_; }
  [[nodiscard]] const std::vector<index>& boundaries() const { return boundaries_; }
  [[nodiscard]] index longest_superblock() const;
  [[nodiscard]] kernels::LevelSamples samples() const { return spectrum_.samples(); }

  /// b_k in units of a_0.
  [[nodiscard]] double offdiag(index k) const { return kernels::offdiag(data_.model, static_cast<double>(k)); }

  /// Where to match an eigenvalue near lambda: the bond deepest in its classically allowed region.
  [[nodiscard]] index bond(double lambda) const;

  /// max_k (b_{k-1} + b_k + diag_size_k): no eigenvalue is larger, nor || |H| |psi| || for any normalized psi.
  [[nodiscard]] double matrix_bound() const { return spectrum_.matrix_bound(); }

  /// Whether an eigenvalue in [low, high] may carry enough of e_0 to be wanted, by semiclassics.
  [[nodiscard]] bool may_matter(double low, double high) const { return spectrum_.may_matter(low, high); }

  /// The eigenvalues that can carry e_0, by semiclassics; window_low is 0 where the diagonal is constant.
  [[nodiscard]] double window_low() const { return window_low_; }
  [[nodiscard]] double window_high() const { return window_high_; }

private:
  void fill_cache();

  SemiclassicalSpectrum spectrum_;
  kernels::Chain data_;
  int block_ = 1;
  double window_low_ = 0;
  double window_high_ = 0;
  std::vector<index> boundaries_;
  std::vector<double> cache_;
};

/// First levels of superblocks, the units of parallel work and of checkpoints: at most 256 of them, multiples of `block` and
/// of 1024 levels or more, and at the end `levels` itself.
std::vector<index> superblock_boundaries(index levels, int block);

}  // namespace qbatt::cpu
