#pragma once

#include "kernels/whole_shot.hpp"

// Shooting through a long chain by many threads, one a segment of levels. A shot is linear in its vector: a segment turns the pair
// (value here, value behind) by a 2 x 2 matrix. First all segments' matrices side by side, then their products, which are the
// pairs with which each segment begins; then all segments' shots side by side, each from its own beginning.
//
// A shot arrives at the next segment's beginning up to the rounding of a segment. What a vector made of such shots is worth, its
// residual says as for any other.
namespace qbatt::kernels::inline QBATT_TARGET {

/// true value = vector * 2^scale. Values beyond 2^200 are divided by it, as in a Shot.
struct ScaledPair {
  VectorPair<double> vector;
  double scale = 0;

  QBATT_HD void rescale() {
    if (fabs(vector.here) + fabs(vector.behind) > power_of_two(rescale_exponent)) {
      vector.here *= power_of_two(-rescale_exponent);
      vector.behind *= power_of_two(-rescale_exponent);
      scale += rescale_exponent;
    }
  }

  /// A shot that begins here.
  [[nodiscard]] QBATT_HD Shot<double> shot() const {
    Shot<double> s;
    s.vector = vector;
    s.scale = scale;
    return s;
  }
};

/// What a segment does to a pair, times 2^-scale: its columns are what becomes of (1, 0) and of (0, 1).
struct SegmentTransfer {
  VectorPair<double> from_here{1.0, 0.0};
  VectorPair<double> from_behind{0.0, 1.0};
  double scale = 0;

  QBATT_HD void rescale() {
    const double size = fabs(from_here.here) + fabs(from_here.behind) + fabs(from_behind.here) + fabs(from_behind.behind);
    if (size > power_of_two(rescale_exponent)) {
      const double down = power_of_two(-rescale_exponent);
      from_here = {from_here.here * down, from_here.behind * down};
      from_behind = {from_behind.here * down, from_behind.behind * down};
      scale += rescale_exponent;
    }
  }

  [[nodiscard]] QBATT_HD ScaledPair apply(const ScaledPair& p) const {
    ScaledPair result{{mul_add(from_here.here, p.vector.here, from_behind.here * p.vector.behind),
                       mul_add(from_here.behind, p.vector.here, from_behind.behind * p.vector.behind)},
                      p.scale + scale};
    result.rescale();
    return result;
  }
};

/// Through levels first ... end - 1.
template <Way way>
QBATT_HD SegmentTransfer transfer(const ShootingChain& c, index first, index end, double lambda) {
  SegmentTransfer t;
  for_blocks<way>(c, first, end, [&](const Coefficients& block, index count) {
    const Steps<way> steps(block);
    VectorPair<double> a = t.from_here;
    VectorPair<double> b = t.from_behind;
    for (index i = 0; i < count; ++i) {
      const index at = steps.entry(i, count);
      a = {next_value(lambda, steps.gain[at], steps.shift[at], steps.back[at], a.here, a.behind), a.here};
      b = {next_value(lambda, steps.gain[at], steps.shift[at], steps.back[at], b.here, b.behind), b.here};
    }
    t.from_here = a;
    t.from_behind = b;
    t.rescale();
  });
  return t;
}

/// What a segment's shot leaves.
struct SegmentShot {
  VectorPair<double> vector;  ///< at its end
  double norm = 0;            ///< of the levels left behind, in the scale of the end
  double changes = 0;         ///< of sign between them
  double scale = 0;

  /// `s`: at its end. The change to the level beyond belongs to whoever knows that level.
  QBATT_HD static SegmentShot of(const Shot<double>& s) {
    return {s.vector, s.total_norm(), s.changes - sign_change(s.vector.behind, s.vector.here), s.scale};
  }
};

/// Segments' shots, gathered in the order in which they follow one another.
struct GatheredShots {
  SegmentShot last;
  double norm = 0;  ///< in the scale of the last
  double changes = 0;
  bool begun = false;

  /// `begin`: the value with which the next segment's shot begins.
  QBATT_HD void add(const SegmentShot& next, double begin) {
    const auto up = static_cast<int>(2.0 * (begun ? last.scale - next.scale : 0.0));
    norm = ldexp(norm, up) + next.norm;
    changes += next.changes + (begun ? sign_change(last.vector.behind, begin) : 0.0);
    last = next;
    begun = true;
  }
};

}  // namespace qbatt::kernels::inline QBATT_TARGET
