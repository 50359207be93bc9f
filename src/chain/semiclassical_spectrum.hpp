#pragma once

#include <vector>

#include "kernels/semiclassical.hpp"
#include "model/level_chain.hpp"

namespace qbatt {

/// Semiclassics of one chain in units of a_0, on samples of its levels: where the eigenvalues lie that can carry e_0, and how many
/// there are, in microseconds and before anything is solved. Requires A != 0 and m > 0.
class SemiclassicalSpectrum {
public:
  explicit SemiclassicalSpectrum(const LevelChain& chain);

  [[nodiscard]] const LevelChain& chain() const { return chain_; }

  /// The chain is looked at up to the fold where it is mirror symmetric and has three levels or more: levels() of its dim.
  [[nodiscard]] bool folded() const { return folded_; }
  [[nodiscard]] kernels::index levels() const { return levels_; }
  [[nodiscard]] kernels::LevelSamples samples() const;
  [[nodiscard]] int deepest_for_any() const { return deepest_for_any_; }  ///< sample deepest at lambda = 0

  /// max_k (b_{k-1} + b_k + diag_size_k): no eigenvalue is larger, nor || |H| |psi| || for any normalized psi.
  [[nodiscard]] double matrix_bound() const { return matrix_bound_; }
  /// No eigenvalue lies beyond +-end().
  [[nodiscard]] double end() const { return kernels::spectrum_end(matrix_bound_); }

  /// Whether an eigenvalue in [low, high] may carry enough of e_0 to be wanted.
  [[nodiscard]] bool may_matter(double low, double high) const;

  /// Beyond it, in the direction of +1 or -1, no eigenvalue is wanted.
  [[nodiscard]] double window_edge(double direction) const;

  /// Eigenvalues of the whole chain that are wanted, as a real number: within a few tens of percent.
  [[nodiscard]] double wanted_pairs() const;

private:
  [[nodiscard]] double refined_edge(double direction) const;

  LevelChain chain_;
  bool folded_;
  kernels::index levels_;
  double matrix_bound_ = 0;
  std::vector<kernels::index> level_;
  std::vector<double> measure_;
  std::vector<double> reach_;
  std::vector<double> diag_;
  int deepest_for_any_ = 0;
};

}  // namespace qbatt
