#pragma once

#include "kernels/chain.hpp"

// Matched shooting: the three-term recurrence from the bottom of the chain upward and from its top downward, to a bond (r, r+1)
// that belongs to the eigenvalue. One lane is one (system, eigenvalue). A lane's numbers never depend on the lanes beside it.
namespace qbatt::kernels::inline QBATT_TARGET {

/// Values beyond 2^200 are divided by 2^200 at the end of a block, and blocks are so short that nothing grows by more than 2^200 in
/// one: a block starts below 2^200 and ends below 2^400, whose square leaves room for the weights.
inline constexpr int rescale_exponent = 200;
inline constexpr int largest_block_growth = rescale_exponent;

/// value 2^exponent, 0 where that is far below what can matter.
QBATT_HD inline double scaled(double value, double exponent) {
  constexpr double underflow = -960.0;
  if (exponent == 0.0) return value;
  return exponent < underflow ? 0.0 : value * power_of_two(static_cast<int>(exponent));
}

/// Levels between two rescalings for a recurrence that grows by at most `growth` a level: a power of two from 1 to 128.
QBATT_HD inline int block_for_growth(double growth) {
  constexpr int largest_block = 128;
  const double doublings = log2(fmax(growth, 2.0));
  int block = largest_block;
  while (block > 1 && block * doublings > largest_block_growth) block /= 2;
  return block;
}

/// From the bottom of the chain, or from its top.
enum class Way { up, down };

/// The recurrence that way through consecutive levels.
template <Way way>
struct Steps {
  const double* gain;
  const double* shift;
  const double* back;

  QBATT_HD explicit Steps(const Coefficients& c)
      : gain(way == Way::up ? c.up_gain : c.down_gain),
        shift(way == Way::up ? c.up_shift : c.down_shift),
        back(way == Way::up ? c.up_back : c.down_back) {}

  /// The entry that step i of `count` leaves.
  QBATT_HD static index entry(index i, index count) { return way == Way::up ? i : count - 1 - i; }
};

/// The value one level further, from the coefficients of the level being left.
template <class Lane>
QBATT_HD QBATT_INLINE Lane next_value(const Lane& lambda, double gain, double shift, double back, const Lane& here,
                                      const Lane& behind) {
  return mul_add(mul_add(lambda, Lane(gain), Lane(shift)), here, Lane(back) * behind);
}

/// A vector on its way along the chain.
template <class Lane>
struct VectorPair {
  Lane here{0.0};    ///< value at the current level
  Lane behind{0.0};  ///< value at the level left last
};

/// One recurrence on its way. Sums run over the levels left behind: [0, k) upward, (k, levels) downward.
template <class Lane>
struct Shot {
  VectorPair<Lane> vector;
  Lane norm{0.0};  ///< sum of squares, without the block in progress
  Lane block_norm{0.0};
  Lane bound{0.0};  ///< sum of weight * square, likewise
  Lane block_bound{0.0};
  Lane changes{0.0};  ///< sign changes between the levels left behind and the current one
  Lane scale{0.0};    ///< log2 of what was divided out: true value = vector * 2^scale

  /// The bottom of any chain: u_0 = 1.
  QBATT_HD static Shot at_bottom() {
    Shot s;
    s.vector.here = Lane(1.0);
    return s;
  }

  /// The top of the kept levels: w = 1 on the last level of a whole chain; beyond a fold the vector continues as the parity says.
  /// `lambda` and `parity` (+-1, folded chains only) are lanes; `top` views the coefficients of the last kept level.
  QBATT_HD static Shot at_top(const Chain& chain, const Coefficients& top, const Lane& lambda, const Lane& parity) {
    Shot s;
    Lane& here = s.vector.here;
    Lane& behind = s.vector.behind;
    const Lane one(1.0);
    const Lane zero(0.0);
    if (!chain.folded) {
      here = one;  // nothing lies beyond: the coefficient of `behind` is zero
    } else if (!chain.middle_level()) {
      here = one;
      behind = parity;
    } else {
      // Even: the middle level's equation 2 b w_{n-2} = (lambda - diag) w_{n-1}. Odd: it is a node.
      const auto odd = less(parity, zero);
      const Lane slope = Lane(0.5) * mul_add(lambda, Lane(top.up_gain[0]), Lane(top.up_shift[0]));
      here = select(odd, zero, one);
      behind = select(odd, zero - one, slope);
      s.norm = zero - Lane(0.5) * here * here;  // the middle level counts once where the others count twice
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
    const auto large = less(Lane(power_of_two(rescale_exponent)), magnitude(vector.here) + magnitude(vector.behind));
    if (any(large)) {
      const Lane one(1.0);
      const Lane down = select(large, Lane(power_of_two(-rescale_exponent)), one);
      vector.here = vector.here * down;
      vector.behind = vector.behind * down;
      norm = norm * down * down;
      bound = bound * down * down;
      scale = scale + select(large, Lane(rescale_exponent), Lane(0.0));
    }
  }
};

/// What a shot carries from level to level, in variables of their own: GCC keeps a pack in registers only so.
template <bool with_bound, class Lane>
class ShotInFlight {
public:
  QBATT_HD QBATT_INLINE explicit ShotInFlight(const Shot<Lane>& s)
      : here_(s.vector.here), behind_(s.vector.behind), norm_(s.block_norm), bound_(s.block_bound) {}

  /// Takes the current level into the sums and goes one further.
  QBATT_HD QBATT_INLINE void leave_level(const Lane& lambda, double gain, double shift, double back, double weight) {
    norm_ = mul_add(here_, here_, norm_);
    if constexpr (with_bound) bound_ = mul_add(Lane(weight), here_ * here_, bound_);
    const Lane next = next_value(lambda, gain, shift, back, here_, behind_);
    changes_ = count_sign_change(changes_, here_, next);
    behind_ = here_;
    here_ = next;
  }

  QBATT_HD QBATT_INLINE void land(Shot<Lane>& s) const {
    s.vector.here = here_;
    s.vector.behind = behind_;
    s.block_norm = norm_;
    s.block_bound = bound_;
    s.changes = s.changes + sign_changes(changes_);
  }

private:
  Lane here_, behind_, norm_, bound_;
  Lane changes_{0.0};
};

/// Leaves `count` levels behind: from level c.first upward, or from level c.first + count - 1 downward.
template <Way way, bool with_bound, class Lane>
QBATT_HD void shoot(const Coefficients& c, index count, const Lane& lambda, Shot<Lane>& shot) {
  ShotInFlight<with_bound, Lane> s(shot);
  const Steps<way> steps(c);
  const Lane l = lambda;
  for (index i = 0; i < count; ++i) {
    const index at = steps.entry(i, count);
    s.leave_level(l, steps.gain[at], steps.shift[at], steps.back[at], c.weight[at]);
  }
  s.land(shot);
}

}  // namespace qbatt::kernels::inline QBATT_TARGET
