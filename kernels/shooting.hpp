#pragma once

#include "kernels/chain.hpp"

// Matched shooting: the three-term recurrence from the bottom of the chain upward and from its top downward, to a bond (r, r+1)
// that belongs to the eigenvalue. One lane is one (system, eigenvalue). A lane's numbers never depend on the lanes beside it.
namespace qbatt::kernels::inline QBATT_TARGET {

/// Values beyond 2^200 are scaled back at the end of a block; blocks are short enough that nothing grows by more than 2^300 in one.
inline constexpr int rescale_exponent = 200;
inline constexpr int largest_block_growth = 300;

/// One recurrence on its way. Sums run over the levels left behind: [0, k) upward, (k, levels) downward.
template <class Lane>
struct Shot {
  Lane here{0.0};    ///< value at the current level
  Lane behind{0.0};  ///< value at the level left last
  Lane norm{0.0};    ///< sum of squares, without the block in progress
  Lane block_norm{0.0};
  Lane bound{0.0};  ///< sum of weight * square, likewise
  Lane block_bound{0.0};
  Lane changes{0.0};  ///< sign changes between the levels left behind and `here`
  Lane scale{0.0};    ///< log2 of what was divided out: true value = here * 2^scale

  /// The bottom of any chain: u_0 = 1.
  QBATT_HD static Shot at_bottom() {
    Shot s;
    s.here = Lane(1.0);
    return s;
  }

  /// The top of the kept levels: w = 1 on the last level of a whole chain; beyond a fold the vector continues as the parity says.
  /// `lambda` and `parity` (+-1, folded chains only) are lanes; `top` views the coefficients of the last kept level.
  QBATT_HD static Shot at_top(const Chain& chain, const Coefficients& top, const Lane& lambda, const Lane& parity) {
    Shot s;
    const Lane one(1.0);
    const Lane zero(0.0);
    if (!chain.folded) {
      s.here = one;
    } else if (!chain.middle_level()) {
      s.here = one;
      s.behind = parity;
    } else {
      const auto odd = less(parity, zero);
      s.here = select(odd, zero, one);
      s.behind = select(odd, zero - one, (lambda - Lane(top.diag[0])) * Lane(0.5 / top.offdiag[0]));
      s.norm = zero - Lane(0.5) * s.here * s.here;  // the middle level counts once where the others count twice
    }
    return s;
  }

  QBATT_HD Lane total_norm() const { return norm + block_norm; }
  QBATT_HD Lane total_bound() const { return bound + block_bound; }

  /// Closes a block: folds its sums into the totals and scales large values back by a power of two.
  QBATT_HD void close_block() {
    norm = norm + block_norm;
    bound = bound + block_bound;
    block_norm = block_bound = Lane(0.0);
    const auto large = less(Lane(power_of_two(rescale_exponent)), magnitude(here) + magnitude(behind));
    if (any(large)) {
      const Lane one(1.0);
      const Lane down = select(large, Lane(power_of_two(-rescale_exponent)), one);
      here = here * down;
      behind = behind * down;
      norm = norm * down * down;
      bound = bound * down * down;
      scale = scale + select(large, Lane(rescale_exponent), Lane(0.0));
    }
  }
};

/// Leaves `count` levels from level c.first upward behind.
template <bool with_bound, class Lane>
QBATT_HD void shoot_up(const Coefficients& c, index count, const Lane& lambda, Shot<Lane>& s) {
  Lane here = s.here;
  Lane behind = s.behind;
  Lane norm = s.block_norm;
  Lane bound = s.block_bound;
  Lane changes = s.changes;
  for (index i = 0; i < count; ++i) {
    const Lane square = here * here;
    norm = norm + square;
    if constexpr (with_bound) {
      bound = mul_add(Lane(c.weight[i]), square, bound);
    }
    const Lane gain = mul_add(lambda, Lane(c.up_gain[i]), Lane(c.up_shift[i]));
    const Lane next = mul_add(gain, here, Lane(0.0) - Lane(c.up_back[i]) * behind);
    changes = changes + sign_change(here, next);
    behind = here;
    here = next;
  }
  s.here = here;
  s.behind = behind;
  s.block_norm = norm;
  s.block_bound = bound;
  s.changes = changes;
}

/// Leaves `count` levels behind, from level c.first + count - 1 downward; `here` ends at level c.first - 1.
template <bool with_bound, class Lane>
QBATT_HD void shoot_down(const Coefficients& c, index count, const Lane& lambda, Shot<Lane>& s) {
  Lane here = s.here;
  Lane behind = s.behind;
  Lane norm = s.block_norm;
  Lane bound = s.block_bound;
  Lane changes = s.changes;
  for (index i = count; i-- > 0;) {
    const Lane square = here * here;
    norm = norm + square;
    if constexpr (with_bound) {
      bound = mul_add(Lane(c.weight[i]), square, bound);
    }
    const Lane gain = mul_add(lambda, Lane(c.down_gain[i]), Lane(c.down_shift[i]));
    const Lane next = mul_add(gain, here, Lane(0.0) - Lane(c.down_back[i]) * behind);
    changes = changes + sign_change(here, next);
    behind = here;
    here = next;
  }
  s.here = here;
  s.behind = behind;
  s.block_norm = norm;
  s.block_bound = bound;
  s.changes = changes;
}

}  // namespace qbatt::kernels::inline QBATT_TARGET
