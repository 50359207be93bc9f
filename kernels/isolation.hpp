#pragma once

#include <math.h>

#include "kernels/match.hpp"

// From the phases on a grid to the bracket of each eigenvalue and a value to begin with.
namespace qbatt::kernels::inline QBATT_TARGET {

/// A point of the grid of one family of eigenvalues: all of a whole chain, or those of one parity of a folded one.
struct GridNode {
  double lambda;
  index bond;
  index above;  ///< eigenvalues of the family above lambda, proved by the phase; 0 where the recurrence left the range of a double
  Match match;

  QBATT_HD static GridNode at(double lambda, index bond, const Match& match) {
    const double above = floor(match.whole + match.fraction + 0.5);
    return {lambda, bond, above >= 0.0 ? static_cast<index>(above) : 0, match};
  }
};

/// Between which neighboring points of a grid an eigenvalue lies, and a starting value from the phases there.
struct Isolation {
  double lambda;
  double low;
  double high;
  PhasePoint near;  ///< the point nearer to it
  index near_bond;

  /// To begin with at this bond, which may differ from that of the point.
  QBATT_HD Refinement refinement(index bond) const { return {lambda, low, high, high - low, near, bond == near_bond, false}; }
};

/// The order-th eigenvalue from the top of a family, which lies between a and b: a starting value from the phases at both or, where
/// they were matched at different bonds, at the nearer.
QBATT_HD inline Isolation isolate_between(const GridNode& a, const GridNode& b, index order) {
  const PhasePoint pa = phase_point(a.lambda, a.match, order);
  const PhasePoint pb = phase_point(b.lambda, b.match, order);
  const bool nearer_a = fabs(pa.excess) < fabs(pb.excess);
  const PhasePoint& near = nearer_a ? pa : pb;
  const double guess = a.bond == b.bond ? interpolate_root(pa, pb) : near.lambda - near.excess / near.slope;
  const double margin = 1e-3 * (b.lambda - a.lambda);
  const bool inside = guess > a.lambda + margin && guess < b.lambda - margin;
  const double lambda = inside ? guess : 0.5 * (a.lambda + b.lambda);
  return {lambda, a.lambda, b.lambda, near, (nearer_a ? a : b).bond};
}

/// The same where the two points are yet to be found. Shape: nodes[count], lambda ascending.
QBATT_HD inline Isolation isolate(const GridNode* nodes, index count, index order) {
  index low = 0;
  index high = count - 1;
  while (high - low > 1) {
    const index middle = low + (high - low) / 2;
    (nodes[middle].above > order ? low : high) = middle;
  }
  return isolate_between(nodes[low], nodes[high], order);
}

}  // namespace qbatt::kernels::inline QBATT_TARGET
