#pragma once

#include "kernels/match.hpp"
#include "kernels/stream.hpp"

// Shooting over a whole chain whose coefficients are in memory, by one thread: both shots to a bond, and the vector they make.
namespace qbatt::kernels::inline QBATT_TARGET {

/// A chain ready for shooting. A view.
struct ShootingChain {
  Chain chain;
  Coefficients coefficients;  ///< of the kept levels
  int block;                  ///< levels between two rescalings

  [[nodiscard]] QBATT_HD index levels() const { return chain.levels; }
};

/// A bond and how deep it lies in the classically allowed region.
struct DeepBond {
  index bond;
  double depth;
};

/// The deepest bond of lambda from `first` to end - 1, the lowest where several are; end < levels.
QBATT_HD inline DeepBond deepest_bond_in(const ShootingChain& c, index first, index end, double lambda) {
  DeepBond best{first, -HUGE_VAL};
  for (index k = first; k < end; ++k) {
    const double reach = (k > 0 ? c.coefficients.offdiag[k - 1] : 0.0) + c.coefficients.offdiag[k];
    const double depth = reach - fabs(lambda - c.coefficients.diag[k]);
    if (depth > best.depth) best = {k, depth};
  }
  return best;
}

/// The bond that lies deepest in the classically allowed region of lambda.
QBATT_HD inline index deepest_bond(const ShootingChain& c, double lambda) {
  return deepest_bond_in(c, 0, c.levels() - 1, lambda).bond;
}

/// Calls take(coefficients, levels) for the blocks between two rescalings of levels first ... end - 1, in the order of the way.
template <Way way, class Take>
QBATT_HD void for_blocks(const ShootingChain& c, index first, index end, Take&& take) {
  while (first < end) {
    const index count = end - first < c.block ? end - first : c.block;
    take(c.coefficients.from(way == Way::up ? first : end - count), count);
    (way == Way::up ? first : end) += way == Way::up ? count : -count;
  }
}

/// Leaves levels first ... end - 1 behind; before each block calls visit(shot, coefficients of the block, levels in it).
template <Way way, class Visit>
QBATT_HD Shot<double> shoot_through(const ShootingChain& c, index first, index end, double lambda, Shot<double> shot,
                                    const Visit& visit) {
  for_blocks<way>(c, first, end, [&](const Coefficients& block, index count) {
    visit(shot, block, count);
    shoot<way, false>(block, count, lambda, shot);
    shot.close_block();
  });
  return shot;
}

/// The shot downward before it has left a level.
QBATT_HD inline Shot<double> shot_at_top(const ShootingChain& c, double lambda, double parity) {
  return Shot<double>::at_top(c.chain, c.coefficients.from(c.levels() - 1), lambda, parity);
}

/// Ignores the blocks.
struct VisitNothing {
  QBATT_HD void operator()(const Shot<double>&, const Coefficients&, index) const {}
};

/// Both shots. The residual sums (`up_bound`, `down_bound`) are left 0.
QBATT_HD inline BondValues shoot_at(const ShootingChain& c, index bond, double lambda, double parity) {
  const Shot<double> up = shoot_through<Way::up>(c, 0, bond + 1, lambda, Shot<double>::at_bottom(), VisitNothing{});
  const Shot<double> down =
      shoot_through<Way::down>(c, bond + 1, c.levels(), lambda, shot_at_top(c, lambda, parity), VisitNothing{});
  // The change across the bond itself belongs to the fraction of the phase.
  return {.up_here = up.vector.here,
          .up_behind = up.vector.behind,
          .up_norm = up.total_norm(),
          .up_bound = 0.0,
          .up_changes = up.changes - sign_change(up.vector.behind, up.vector.here),
          .up_scale = up.scale,
          .down_here = down.vector.here,
          .down_behind = down.vector.behind,
          .down_norm = down.total_norm(),
          .down_bound = 0.0,
          .down_changes = down.changes - sign_change(down.vector.behind, down.vector.here),
          .down_scale = down.scale};
}

/// Hands every level left behind, and its value times unit 2^(scale - end_scale), to keep(level, value).
template <Way way, class Keep>
struct KeepValues {
  double lambda;
  double unit;
  double end_scale;
  Keep keep;

  QBATT_HD void operator()(const Shot<double>& shot, const Coefficients& block, index count) const {
    const double factor = ldexp(unit, static_cast<int>(shot.scale - end_scale));
    VectorPair<double> vector = shot.vector;
    stream<way>(block, 0, count, lambda, vector, [&](index i, double value) { keep(block.first + i, factor * value); });
  }
};

/// Writes the normalized vector matched at `bond`, mirrored beyond the fold. Shape: vector[dim], level k at k * stride.
QBATT_HD inline void write_vector(const ShootingChain& c, index bond, double lambda, double parity, double* vector, index stride) {
  const BondValues ends = shoot_at(c, bond, lambda, parity);
  const Match m = match(ends, c.coefficients.offdiag[bond]);
  const double unit = 1.0 / sqrt(c.chain.multiplicity() * m.norm);
  const auto keep = [&](index k, double value) {
    vector[k * stride] = value;
    const index mirror = c.chain.dim - 1 - k;
    if (c.chain.folded && mirror != k) vector[mirror * stride] = parity * value;
  };
  shoot_through<Way::up>(c, 0, bond + 1, lambda, Shot<double>::at_bottom(),
                         KeepValues<Way::up, decltype(keep)>{lambda, unit, ends.up_scale, keep});
  shoot_through<Way::down>(c, bond + 1, c.levels(), lambda, shot_at_top(c, lambda, parity),
                           KeepValues<Way::down, decltype(keep)>{lambda, unit * m.join, ends.down_scale, keep});
}

}  // namespace qbatt::kernels::inline QBATT_TARGET
