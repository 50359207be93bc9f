#pragma once

#include "kernels/lane.hpp"

// What a set of pairs (lambda_j, v_j) with c_j = (v_j)_0 is worth, whatever its quality (Duhamel):
// || psi(t) - computed || <= || e_0 - sum c_j v_j || + t sum |c_j| || H v_j - lambda_j v_j || + rounding.
namespace qbatt::kernels::inline QBATT_TARGET {

/// Unit roundoff of double.
inline constexpr double unit_roundoff = 0x1p-53;

/// A tridiagonal matrix in units of a_0. Views of `dim` entries each; offdiag[dim - 1] is never read.
struct TridiagonalView {
  index dim;
  const double* diag;
  const double* diag_size;  ///< what rounding in diag is relative to
  const double* offdiag;
};

/// || H v - lambda v || as computed, and a bound on the rounding of that computation and of the entries of H.
struct Residual {
  double measured;
  double rounding;
};

/// Shape: v[dim], of norm 1 up to rounding.
QBATT_HD inline Residual pair_residual(const TridiagonalView& h, const double* v, double lambda) {
  double measured = 0.0;
  double magnitude = 0.0;
  for (index k = 0; k < h.dim; ++k) {
    const double below = k > 0 ? h.offdiag[k - 1] * v[k - 1] : 0.0;
    const double above = k + 1 < h.dim ? h.offdiag[k] * v[k + 1] : 0.0;
    const double here = (h.diag[k] - lambda) * v[k];
    const double size = fabs(below) + fabs(above) + (h.diag_size[k] + fabs(lambda)) * fabs(v[k]);
    measured += (below + above + here) * (below + above + here);
    magnitude += size * size;
  }
  return {sqrt(measured), 8.0 * unit_roundoff * sqrt(magnitude)};
}

/// The bound, as a function of time in units of 1/a_0.
struct Certificate {
  double start_defect = 0;   ///< || e_0 - sum c_j v_j ||
  double defect_rate = 0;    ///< sum |c_j| || H v_j - lambda_j v_j ||, as measured
  double rounding_rate = 0;  ///< what rounding may add to it
  double rounding = 0;       ///< rounding of the sum over pairs

  /// || psi(t) - computed psi(t) || in the worst case, rounding included.
  [[nodiscard]] QBATT_HD double error_bound(double t) const { return start_defect + t * (defect_rate + rounding_rate) + rounding; }

  /// The part of error_bound(t) that says that pairs are wrong or missing, without rounding.
  [[nodiscard]] QBATT_HD double pair_defect(double t) const { return start_defect + t * defect_rate; }

  /// Adds a pair of all pairs of a chain of `dim` levels, whose sum over pairs is formed in any order; start_defect is the
  /// caller's.
  QBATT_HD void add_pair(double c, double lambda, const Residual& residual, index dim) {
    defect_rate += fabs(c) * residual.measured;
    rounding_rate += fabs(c) * (residual.rounding + 8.0 * unit_roundoff * fabs(lambda));  // the phase lambda t and its cosine
    rounding += (2.0 * static_cast<double>(dim) + 16.0) * unit_roundoff * fabs(c);  // of the state, and of start_defect as measured
  }
};

/// The angular frequency beyond which eigenvalues carry less than 1e-4 of sum_j w_j lambda_j^2, the energy variance of e_0, which
/// is 1 in units of a_0^2: a far eigenvalue of small weight that moves the energy shows in it.
/// Shapes: ascending[count], the eigenvalues; weights[count], w_j = c_j^2.
QBATT_HD inline double energy_bandwidth(const double* ascending, const double* weights, index count) {
  constexpr double tail = 1e-4;
  double outside = 0.0;
  double reach = 1.0;
  index low = 0;
  index high = count - 1;
  while (low <= high && outside <= tail) {
    const index j = fabs(ascending[low]) > fabs(ascending[high]) ? low++ : high--;
    reach = fmax(1.0, fabs(ascending[j]));
    outside += weights[j] * ascending[j] * ascending[j];
  }
  return 2.0 * reach;
}

}  // namespace qbatt::kernels::inline QBATT_TARGET
