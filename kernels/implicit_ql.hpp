#pragma once

#include "kernels/lane.hpp"

// All eigenpairs of small symmetric tridiagonal matrices, one matrix a lane: QL with implicit Wilkinson shifts (Bowdler, Martin,
// Reinsch & Wilkinson, Numer. Math. 11, 293 (1968); EISPACK tql2). Lanes split and converge on their own behind masks, so that a
// lane's result never depends on its neighbors.
namespace qbatt::kernels::inline QBATT_TARGET {

/// Matrices of `dim` levels. Views of arrays whose entry e begins at e * stride; a lane owns one place of each entry.
struct TridiagonalLanes {
  int dim;
  index stride;
  double* diag;     ///< [dim] becomes the eigenvalues, in no order
  double* offdiag;  ///< [dim] destroyed; the last entry is scratch
  double* vectors;  ///< [pair][level]: where the unit matrix was the vectors appear, of norm 1
};

template <class Lane>
class ImplicitQl {
public:
  /// Entries must be of moderate size: neither they nor their reciprocals squared may overflow.
  QBATT_HD explicit ImplicitQl(const TridiagonalLanes& h) : h_(h) {}

  /// Returns 1 in the lanes that converged, 0 in others.
  QBATT_HD Lane run() {
    Lane converged(1.0);
    for (int l = 0; l < h_.dim; ++l) isolate(l, converged);
    return converged;
  }

private:
  static constexpr int most_sweeps = 60;  // two or three are usual

  /// Sweeps until the first `l` + 1 eigenvalues stand apart.
  QBATT_HD void isolate(int l, Lane& converged) {
    for (int sweep = 0; sweep < most_sweeps; ++sweep) {
      const Split split = find_split(l);
      if (!any(less(Lane(l), split.level))) return;
      chase(l, split);
    }
    converged = select(less(Lane(l), find_split(l).level), Lane(0.0), converged);
  }

  /// The first level >= l that is not coupled to the next one, and its diagonal entry.
  struct Split {
    Lane level;
    Lane diag;
  };

  QBATT_HD Split find_split(int l) const {
    const Lane roundoff(0x1p-53);
    Split split{Lane(h_.dim - 1), get(h_.diag, h_.dim - 1)};
    Lane above = magnitude(split.diag);
    for (int i = h_.dim - 2; i >= l; --i) {
      const Lane diag = get(h_.diag, i);
      const Lane here = magnitude(diag);
      const auto coupled = less(mul_add(roundoff, here + above, Lane(negligible)), magnitude(get(h_.offdiag, i)));
      split.level = select(coupled, split.level, Lane(i));
      split.diag = select(coupled, split.diag, diag);
      above = here;
    }
    return split;
  }

  /// One sweep of rotations from the split down to level l, in lanes where that is below it.
  QBATT_HD void chase(int l, const Split& split) {
    const Lane zero(0.0);
    const Lane one(1.0);
    const auto active = less(Lane(l), split.level);
    const Lane first = get(h_.diag, l);
    const Lane coupling = select(active, get(h_.offdiag, l), one);
    const Lane half_gap = (get(h_.diag, l + 1 < h_.dim ? l + 1 : l) - first) / (coupling + coupling);
    const Lane length = root(mul_add(half_gap, half_gap, one));
    Lane g = split.diag - first + coupling / (half_gap + select(less(half_gap, zero), zero - length, length));
    Lane s = one;
    Lane c = one;
    Lane p = zero;
    for (int i = h_.dim - 2; i >= l; --i) {
      const auto rotated = less(Lane(i), split.level);
      if (!any(rotated)) continue;
      const Lane e = get(h_.offdiag, i);
      const Lane f = s * e;
      const Lane b = c * e;
      const Lane r = root(mul_add(f, f, g * g));
      const auto vanishes = less(r, Lane(negligible));
      const Lane inverse = one / select(vanishes, one, r);
      s = select(rotated, select(vanishes, zero, f * inverse), s);
      c = select(rotated, select(vanishes, one, g * inverse), c);
      const Lane upper = get(h_.offdiag, i + 1);
      put(h_.offdiag, i + 1, select(less(Lane(i + 1), split.level), r, select(rotated, zero, upper)));
      const Lane diag_above = get(h_.diag, i + 1);
      const Lane shifted = diag_above - p;
      const Lane turn = mul_add(get(h_.diag, i) - shifted, s, (c + c) * b);
      p = select(rotated, s * turn, p);
      put(h_.diag, i + 1, select(rotated, shifted + p, diag_above));
      g = select(rotated, c * turn - b, g);
      rotate_vectors(i, select(rotated, s, zero), select(rotated, c, one));
    }
    put(h_.diag, l, select(active, first - p, first));
    put(h_.offdiag, l, select(active, g, get(h_.offdiag, l)));
  }

  QBATT_HD void rotate_vectors(int i, const Lane& s, const Lane& c) {
    double* const lower = h_.vectors + static_cast<index>(i) * h_.dim * h_.stride;
    double* const upper = lower + h_.dim * h_.stride;
    for (int k = 0; k < h_.dim; ++k) {
      const Lane a = get(lower, k);
      const Lane b = get(upper, k);
      put(upper, k, mul_add(s, a, c * b));
      put(lower, k, subtract_product(s, b, c * a));
    }
  }

  static constexpr double negligible = 1e-140;  // its square is still a normal number

  QBATT_HD Lane get(const double* array, int entry) const {
    Lane value;
    load(value, array + entry * h_.stride);
    return value;
  }
  QBATT_HD void put(double* array, int entry, const Lane& value) { store(value, array + entry * h_.stride); }

  TridiagonalLanes h_;
};

}  // namespace qbatt::kernels::inline QBATT_TARGET
