#pragma once

#include "kernels/match.hpp"
#include "kernels/shooting.hpp"

// Shooting over a whole chain whose coefficients are in memory, by one thread: both shots to a bond, and the vector they make.
namespace qbatt::kernels::inline QBATT_TARGET {

/// A chain ready for shooting. A view.
struct ShootingChain {
  Chain chain;
  Coefficients coefficients;  ///< of the kept levels
  int block;                  ///< levels between two rescalings

  [[nodiscard]] QBATT_HD index levels() const { return chain.levels; }
};

/// The bond that lies deepest in the classically allowed region of lambda.
QBATT_HD inline index deepest_bond(const ShootingChain& c, double lambda) {
  index best = 0;
  double deepest = -HUGE_VAL;
  for (index k = 0; k < c.levels() - 1; ++k) {
    const double reach = (k > 0 ? c.coefficients.offdiag[k - 1] : 0.0) + c.coefficients.offdiag[k];
    const double depth = reach - fabs(lambda - c.coefficients.diag[k]);
    if (depth > deepest) {
      deepest = depth;
      best = k;
    }
  }
  return best;
}

/// Leaves levels 0 ... bond behind; before each block calls visit(shot, coefficients of the block, levels in it).
template <class Visit>
QBATT_HD Shot<double> shoot_up_to(const ShootingChain& c, index bond, double lambda, Visit&& visit) {
  Shot<double> shot = Shot<double>::at_bottom();
  for (index first = 0; first <= bond; first += c.block) {
    const index count = bond + 1 - first < c.block ? bond + 1 - first : c.block;
    const Coefficients block = c.coefficients.from(first);
    visit(shot, block, count);
    shoot_up<false>(block, count, lambda, shot);
    shot.close_block();
  }
  return shot;
}

/// Leaves the kept levels above `bond` behind, likewise.
template <class Visit>
QBATT_HD Shot<double> shoot_down_to(const ShootingChain& c, index bond, double lambda, double parity, Visit&& visit) {
  Shot<double> shot = Shot<double>::at_top(c.chain, c.coefficients.from(c.levels() - 1), lambda, parity);
  for (index end = c.levels(); end > bond + 1;) {
    const index count = end - bond - 1 < c.block ? end - bond - 1 : c.block;
    const Coefficients block = c.coefficients.from(end - count);
    visit(shot, block, count);
    shoot_down<false>(block, count, lambda, shot);
    shot.close_block();
    end -= count;
  }
  return shot;
}

/// Ignores the blocks.
struct VisitNothing {
  QBATT_HD void operator()(const Shot<double>&, const Coefficients&, index) const {}
};

/// Both shots. The residual sums (`up_bound`, `down_bound`) are left 0.
QBATT_HD inline BondValues shoot_at(const ShootingChain& c, index bond, double lambda, double parity) {
  const Shot<double> up = shoot_up_to(c, bond, lambda, VisitNothing{});
  const Shot<double> down = shoot_down_to(c, bond, lambda, parity, VisitNothing{});
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

/// Writes the normalized vector matched at `bond`, mirrored beyond the fold. Shape: vector[dim].
QBATT_HD inline void write_vector(const ShootingChain& c, index bond, double lambda, double parity, double* vector) {
  const BondValues ends = shoot_at(c, bond, lambda, parity);
  const Match m = match(ends, c.coefficients.offdiag[bond]);
  const double unit = 1.0 / sqrt(c.chain.multiplicity() * m.norm);
  const auto keep = [&](index k, double value) {
    vector[k] = value;
    const index mirror = c.chain.dim - 1 - k;
    if (c.chain.folded && mirror != k) {
      vector[mirror] = parity * value;
    }
  };
  shoot_up_to(c, bond, lambda, [&](const Shot<double>& shot, const Coefficients& block, index count) {
    const double factor = ldexp(unit, static_cast<int>(shot.scale - ends.up_scale));
    VectorPair<double> v = shot.vector;
    for (index i = 0; i < count; ++i) {
      keep(block.first + i, factor * v.here);
      const double next = next_value(lambda, block.up_gain[i], block.up_shift[i], block.up_back[i], v.here, v.behind);
      v = {next, v.here};
    }
  });
  shoot_down_to(c, bond, lambda, parity, [&](const Shot<double>& shot, const Coefficients& block, index count) {
    const double factor = ldexp(unit * m.join, static_cast<int>(shot.scale - ends.down_scale));
    VectorPair<double> v = shot.vector;
    for (index i = count; i-- > 0;) {
      keep(block.first + i, factor * v.here);
      const double next = next_value(lambda, block.down_gain[i], block.down_shift[i], block.down_back[i], v.here, v.behind);
      v = {next, v.here};
    }
  });
}

}  // namespace qbatt::kernels::inline QBATT_TARGET
