#pragma once

#include <math.h>

#include "kernels/lane.hpp"

// What two shots that meet at a bond say about an eigenvalue: phase, Rayleigh step, norm, residual.
namespace qbatt::kernels::inline QBATT_TARGET {

/// The ends of both shots at the bond (r, r+1), each in its own scale.
struct BondValues {
  double up_here;      ///< u_{r+1}
  double up_behind;    ///< u_r
  double up_norm;      ///< sum_{k<=r} u_k^2
  double up_bound;     ///< sum_{k<=r} weight_k u_k^2
  double up_changes;   ///< sign changes in u_0 ... u_r
  double up_scale;     ///< log2 of the factor divided out of u
  double down_here;    ///< w_r
  double down_behind;  ///< w_{r+1}
  double down_norm;    ///< sum_{k>r} w_k^2
  double down_bound;
  double down_changes;  ///< sign changes in w_top ... w_{r+1}
  double down_scale;
};

struct Match {
  double whole;     ///< sign changes of both sides: Phi = pi (whole + fraction)
  double fraction;  ///< 0 ... 2
  double slope;     ///< dPhi/dlambda < 0
  double join;      ///< c: the vector is u below the bond and c w above it
  double norm;      ///< sum of squares of that vector over the kept levels
  double bound;     ///< sum of weight * square
  double step;      ///< Rayleigh quotient minus lambda: quadratic, since the vector is off by as much as lambda is
  double mismatch;  ///< || (H - lambda) x || / || x ||, from the bond alone
};

/// acot(x/y) in (0, pi), continuous through y = 0.
QBATT_HD inline double acot_ratio(double x, double y) {
  return atan2(fabs(y), signbit(y) ? -x : x);
}

/// Phi(lambda) = pi (sign changes) + acot(u_{r+1}/u_r) + acot(w_r/w_{r+1}) falls monotonically and is pi (j + 1/2) at the j-th
/// eigenvalue from the top. Its slope is Christoffel-Darboux: -sum_{k<=r} u_k^2 / (b_r (u_r^2 + u_{r+1}^2)) and likewise for w.
/// The vector is joined at r or r+1, where both sides are larger; what is left over at the bond is the whole residual.
QBATT_HD inline Match match(const BondValues& v, double bond_offdiag) {
  constexpr double pi = 3.14159265358979323846;
  Match m;
  m.whole = v.up_changes + v.down_changes;
  m.fraction = (acot_ratio(v.up_here, v.up_behind) + acot_ratio(v.down_here, v.down_behind)) / pi;
  const double up_square = v.up_behind * v.up_behind + v.up_here * v.up_here;
  const double down_square = v.down_behind * v.down_behind + v.down_here * v.down_here;
  m.slope = -(v.up_norm / up_square + v.down_norm / down_square) / bond_offdiag;
  const bool join_below = fabs(v.up_behind * v.down_here) >= fabs(v.up_here * v.down_behind);
  double value = 0.0;
  double left_over = 0.0;
  if (join_below) {
    m.join = v.up_behind / v.down_here;
    value = v.up_behind;
    left_over = bond_offdiag * (m.join * v.down_behind - v.up_here);
  } else {
    m.join = v.up_here / v.down_behind;
    value = v.up_here;
    left_over = bond_offdiag * (v.up_behind - m.join * v.down_here);
  }
  m.norm = v.up_norm + m.join * m.join * v.down_norm;
  m.bound = v.up_bound + m.join * m.join * v.down_bound;
  m.step = value * left_over / m.norm;
  m.mismatch = fabs(left_over) / sqrt(m.norm);
  return m;
}

/// Phi / pi minus the value (j + 1/2) it takes at eigenvalue j: positive while lambda is below it.
QBATT_HD inline double phase_excess(const Match& m, index j) {
  return (m.whole - static_cast<double>(j)) + (m.fraction - 0.5);
}

/// A point of the phase function of one eigenvalue, at one bond.
struct PhasePoint {
  double lambda;
  double excess;  ///< Phi / pi - (j + 1/2) for the wanted j
  double slope;   ///< dPhi/dlambda / pi
};

QBATT_HD inline PhasePoint phase_point(double lambda, const Match& m, index j) {
  return {lambda, phase_excess(m, j), m.slope / 3.14159265358979323846};
}

/// lambda at which the cubic Hermite interpolant of lambda(Phi) through a and b has excess 0.
QBATT_HD inline double interpolate_root(const PhasePoint& a, const PhasePoint& b) {
  const double span = b.excess - a.excess;
  const double u = -a.excess / span;
  const double da = span / a.slope;
  const double db = span / b.slope;
  const double rise = b.lambda - a.lambda;
  return a.lambda + u * (da + u * ((3.0 * rise - 2.0 * da - db) + u * (da + db - 2.0 * rise)));
}

/// An eigenvalue being refined.
struct Refinement {
  double lambda;
  double low;           ///< bracket: Phi says that eigenvalue j lies above low ...
  double high;          ///< ... and below high
  double spacing;       ///< roughly the distance of neighboring eigenvalues around here
  PhasePoint previous;  ///< an earlier point at the same bond
  bool has_previous;
  bool done;
};

/// The next lambda and the error expected of it, in units of the distance of neighboring eigenvalues.
struct Proposal {
  double lambda;
  double error;
};

/// Hermite interpolation of the phase between this point and an earlier one (error ~ the product of both squared distances), or a
/// Rayleigh step (error ~ its square).
QBATT_HD inline Proposal propose(const Refinement& r, const PhasePoint& here, const Match& m) {
  // Outside the spectrum the phase is flat: 1 / slope alone would promise convergence there.
  const double spacing = fmin(1.0 / fabs(here.slope), r.spacing);
  if (r.has_previous && r.previous.excess != here.excess) {
    const double lambda = interpolate_root(r.previous, here);
    const double distances = (lambda - here.lambda) * (lambda - r.previous.lambda) / (spacing * spacing);
    if (fabs(lambda - here.lambda - m.step) < 0.1 * spacing) return {lambda, distances * distances};
  }
  return {r.lambda + m.step, m.step * m.step / (spacing * spacing)};
}

/// One refinement: the proposal where it stays in the bracket, else Newton on the phase, else bisection.
QBATT_HD inline void refine(Refinement& r, const Match& m, index j) {
  constexpr double converged = 1e-17;
  const PhasePoint here = phase_point(r.lambda, m, j);
  const Proposal proposal = propose(r, here, m);
  if (fabs(here.excess) < 0.1 && (proposal.error < converged || proposal.lambda == r.lambda)) {
    r.lambda = proposal.lambda;
    r.done = true;
    return;
  }
  (here.excess > 0.0 ? r.low : r.high) = r.lambda;
  if (r.high - r.low <= 1e-16 * (fabs(r.low) + fabs(r.high))) {
    r.done = true;
    return;
  }
  r.previous = here;
  r.has_previous = true;
  double next = proposal.lambda;
  if (!(fabs(here.excess) < 0.5 && next > r.low && next < r.high)) next = r.lambda - here.excess / here.slope;
  if (!(next > r.low && next < r.high)) next = 0.5 * (r.low + r.high);
  r.lambda = next;
}

}  // namespace qbatt::kernels::inline QBATT_TARGET
