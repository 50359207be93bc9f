#pragma once

#include <vector>

#include "model/level_chain.hpp"

namespace qbatt {

/// What encloses the spectrum of the first levels of a chain, in units of a_0.
struct SpectralRange {
  double center;      ///< c
  double half_width;  ///< h: all eigenvalues lie in [c - h, c + h], rounding of the entries included
  double size;        ///< max_k (b_{k-1} + b_k + diag_size_k), what rounding of the entries is relative to
};

/// The entries of H in units of a_0, computed as far up the chain as they are asked for: a state that stays at its end never pays
/// for the levels beyond.
class ChebyshevLevels {
public:
  /// Requires A != 0 and m > 0.
  explicit ChebyshevLevels(const LevelChain& chain) : chain_(chain) {}

  [[nodiscard]] kernels::index dim() const { return chain_.dim; }
  [[nodiscard]] bool constant_diagonal() const { return chain_.constant_diagonal; }

  /// Makes the first `count` <= dim() levels available.
  void extend(kernels::index count);

  /// Arrays of the levels that are available; offdiag[k] couples k and k + 1.
  [[nodiscard]] const std::vector<double>& offdiag() const { return offdiag_; }
  [[nodiscard]] const std::vector<double>& diag() const { return diag_; }

  /// Gershgorin's disks of the first `count` levels, which must be available.
  [[nodiscard]] SpectralRange range(kernels::index count) const;

private:
  LevelChain chain_;
  std::vector<double> offdiag_;
  std::vector<double> diag_;
  std::vector<double> lowest_;  // ends of the disks of levels 0 ... k
  std::vector<double> highest_;
  std::vector<double> size_;
};

}  // namespace qbatt
