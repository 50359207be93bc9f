#pragma once

#include "kernels/lane.hpp"

// What a set of pairs (lambda_j, v_j) with c_j = (v_j)_0 is worth, whatever its quality (Duhamel):
// || psi(t) - computed || <= || e_0 - sum c_j v_j || + t sum |c_j| || H v_j - lambda_j v_j || + rounding.
namespace qbatt::kernels::inline QBATT_TARGET {

/// Unit roundoff of double.
inline constexpr double unit_roundoff = 0x1p-53;

/// Tridiagonal matrices in units of a_0, one a lane. Views of `dim` entries each, entry e at e * stride; offdiag[dim - 1] is never
/// read.
struct TridiagonalView {
  index dim;
  const double* diag;
  const double* diag_size;  ///< what rounding in diag is relative to
  const double* offdiag;
  index stride = 1;
};

/// || H v - lambda v || as computed, and a bound on the rounding of that computation and of the entries of H.
template <class Lane = double>
struct Residual {
  Lane measured;
  Lane rounding;
};

/// || H v - lambda v ||^2 over some levels, and the square of what rounding of that and of the entries of H is relative to.
template <class Lane>
struct ResidualSquares {
  Lane measured{0.0};
  Lane size{0.0};

  /// One level: its products with the couplings to its neighbors, its diagonal and size, its value.
  QBATT_HD void add(const Lane& below, const Lane& above, const Lane& diag, const Lane& diag_size, const Lane& lambda,
                    const Lane& here) {
    const Lane sum = below + above + (diag - lambda) * here;
    const Lane sizes = magnitude(below) + magnitude(above) + (diag_size + magnitude(lambda)) * magnitude(here);
    measured = measured + sum * sum;
    size = size + sizes * sizes;
  }

  QBATT_HD Residual<Lane> residual() const { return {root(measured), Lane(8.0 * unit_roundoff) * root(size)}; }
};

/// Shape: v[dim], entry k at k * v_stride, of norm 1 up to rounding.
template <class Lane>
QBATT_HD Residual<Lane> pair_residual(const TridiagonalView& h, const double* v, index v_stride, const Lane& lambda) {
  const auto entry = [&h](const double* array, index k) {
    Lane value;
    load(value, array + k * h.stride);
    return value;
  };
  const auto value = [v, v_stride](index k) {
    Lane x;
    load(x, v + k * v_stride);
    return x;
  };
  const Lane zero(0.0);
  ResidualSquares<Lane> squares;
  for (index k = 0; k < h.dim; ++k) {
    const Lane below = k > 0 ? entry(h.offdiag, k - 1) * value(k - 1) : zero;
    const Lane above = k + 1 < h.dim ? entry(h.offdiag, k) * value(k + 1) : zero;
    squares.add(below, above, entry(h.diag, k), entry(h.diag_size, k), lambda, value(k));
  }
  return squares.residual();
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
  QBATT_HD void add_pair(double c, double lambda, const Residual<>& residual, index dim) {
    defect_rate += fabs(c) * residual.measured;
    rounding_rate += fabs(c) * (residual.rounding + 8.0 * unit_roundoff * fabs(lambda));  // the phase lambda t and its cosine
    rounding += (2.0 * static_cast<double>(dim) + 16.0) * unit_roundoff * fabs(c);  // of the state, and of start_defect as measured
  }
};

/// The certificate of pairs that were found by matched shooting, but for its start_defect. Rounding, in u = 2^-53: the entries of H
/// and the coefficients that all eigenvalues share are off by 4 u (b) and 5 u (diag_size), as one perturbation of H that acts on
/// the state (matrix_bound) or pair by pair, whichever is less; each multiply-add of a shot by another u (2 u where it rounds
/// twice), pair by pair; a_0, lambda t, its sine and cosine by 8 u |lambda| t; the sum over pairs by one u a term.
struct ShotCertificate {
  /// One pair, or a pair and its mirror image.
  struct Pair {
    double c;          ///< |c_j| times the pairs it stands for
    double mismatch;   ///< || H v_j - lambda_j v_j || as measured
    double magnitude;  ///< (sum_k weight_k v_jk^2)^(1/2), see Coefficients
    double lambda;
  };

  bool constant_diagonal;
  bool fused;  ///< multiply-adds of a shot round once
  double coefficient_sum = 0;
  double defect_rate = 0;
  double rounding_rate = 0;
  double by_pairs = 0;

  QBATT_HD void add(const Pair& pair) {
    const double size = matrix_size(pair.magnitude);
    coefficient_sum += pair.c;
    defect_rate += pair.c * pair.mismatch;
    rounding_rate += unit_roundoff * pair.c * (by_multiply_adds() * size + by_phase * fabs(pair.lambda));
    by_pairs += pair.c * size;
  }

  /// The parts of what rounding adds to the rate at which a pair of norm 1 goes astray: by its own multiply-adds, these with the
  /// entries of H, and by its phase; and what the entries of H add for all pairs together.
  [[nodiscard]] QBATT_HD double own_rounding(double magnitude) const {
    return unit_roundoff * by_multiply_adds() * matrix_size(magnitude);
  }
  [[nodiscard]] QBATT_HD double pair_rounding(double magnitude) const {
    return own_rounding(magnitude) + shared() * unit_roundoff * matrix_size(magnitude);
  }
  [[nodiscard]] QBATT_HD static double phase_rounding(double lambda) { return unit_roundoff * by_phase * fabs(lambda); }
  [[nodiscard]] QBATT_HD double shared_rounding(double matrix_bound) const {
    return shared() * unit_roundoff * fmin(by_pairs, matrix_bound);
  }

  /// `count` pairs were added; max_k (b_{k-1} + b_k + diag_size_k) <= matrix_bound.
  [[nodiscard]] QBATT_HD Certificate certificate(double count, double matrix_bound) const {
    Certificate c;
    c.defect_rate = defect_rate;
    c.rounding_rate = rounding_rate + shared_rounding(matrix_bound);
    c.rounding = (count + 8.0) * unit_roundoff * coefficient_sum;
    return c;
  }

private:
  /// Units of rounding.
  static constexpr double by_phase = 8.0;
  [[nodiscard]] QBATT_HD double by_multiply_adds() const { return fused ? 1.25 : 2.25; }
  [[nodiscard]] QBATT_HD double shared() const { return constant_diagonal ? 4.0 : 5.0; }
  /// A bound on || |H| |v| ||: (x + y [+ z])^2 <= 2 (or 3) times the sum of squares.
  [[nodiscard]] QBATT_HD double matrix_size(double magnitude) const {
    const double spread = constant_diagonal ? 2.0 : 3.0;
    return sqrt(spread) * magnitude;
  }
};

/// Pairs of which nothing can be expected: a state that starts so far from e_0 is none.
QBATT_HD inline bool is_hopeless(const Certificate& certificate) {
  constexpr double hopeless = 1e-3;
  return !(certificate.start_defect <= hopeless && certificate.defect_rate <= hopeless);
}

/// The energy of the heaviest pairs leaves out others as long as their shares of sum_j w_j (1 + lambda_j^2) = 2 stay below this
/// together: an amplitude of 3e-6, and much less of the energy, to which different pairs contribute little.
inline constexpr double negligible_share = 1e-11;

/// Eigenvalues beyond the bandwidth of the energy carry less than this of the energy variance of e_0.
inline constexpr double bandwidth_tail = 1e-4;

/// The angular frequency beyond which eigenvalues carry less than bandwidth_tail of sum_j w_j lambda_j^2, the energy variance of
/// e_0, which is 1 in units of a_0^2: a far eigenvalue of small weight that moves the energy shows in it. Shapes: ascending[count],
/// the eigenvalues; weights[count], w_j = c_j^2.
QBATT_HD inline double energy_bandwidth(const double* ascending, const double* weights, index count) {
  double outside = 0.0;
  double reach = 1.0;
  index low = 0;
  index high = count - 1;
  while (low <= high && outside <= bandwidth_tail) {
    const index j = fabs(ascending[low]) > fabs(ascending[high]) ? low++ : high--;
    reach = fmax(1.0, fabs(ascending[j]));
    outside += weights[j] * ascending[j] * ascending[j];
  }
  return 2.0 * reach;
}

}  // namespace qbatt::kernels::inline QBATT_TARGET
