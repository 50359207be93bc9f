#pragma once

#include "kernels/chain_model.hpp"
#include "kernels/lane.hpp"

// A chain of levels to be solved by shooting, in units of a_0.
//
// Mirror-symmetric chains of d levels are folded: only the first `levels` = ceil(d/2) are kept, and each eigenvalue carries a
// parity +1 or -1 that says how its vector continues beyond the fold. Even and odd vectors are two independent families of
// eigenpairs.
namespace qbatt::kernels {

/// Outside QBATT_TARGET, as ChainModel.
struct Chain {
  ChainModel model;
  index dim;               ///< d, levels of the whole chain
  index levels;            ///< levels kept: dim, or (dim + 1) / 2 where folded
  bool folded;             ///< mirror symmetry is used
  bool constant_diagonal;  ///< diag = 0: the spectrum is symmetric and even / odd levels stay real / imaginary

  /// How often the square of a kept level counts in the norm of the whole vector, the middle level of an odd chain apart.
  QBATT_HD QBATT_INLINE double multiplicity() const { return folded ? 2.0 : 1.0; }
  /// The last kept level is its own mirror image.
  QBATT_HD QBATT_INLINE bool middle_level() const { return folded && (dim & 1) != 0; }
};

inline namespace QBATT_TARGET {

/// Coefficients of consecutive levels, one entry a level, shared by all eigenvalues. A view; `first` is the level of entry 0.
///
///     upward:    u_{k+1} = (lambda up_gain + up_shift) u_k + up_back u_{k-1}
///     downward:  w_{k-1} = (lambda down_gain + down_shift) w_k + down_back w_{k+1}
struct Coefficients {
  index first;
  double* offdiag;     ///< b_k
  double* diag;        ///< diag_k
  double* up_gain;     ///< 1 / b_k, 0 at the end of the chain
  double* up_shift;    ///< -diag_k / b_k
  double* up_back;     ///< -b_{k-1} / b_k
  double* down_gain;   ///< 1 / b_{k-1}, 0 at k = 0
  double* down_shift;  ///< -diag_k / b_{k-1}
  double* down_back;   ///< -b_k / b_{k-1}
  double* weight;      ///< b_k^2 + b_{k-1}^2 + diag_size_k^2, for || |H| |v| ||

  static constexpr int arrays = 9;

  /// The view of `count` levels from `first_level` in storage of arrays * count doubles.
  QBATT_HD static Coefficients in(double* storage, index first_level, index count) {
    return {first_level,         storage,
            storage + count,     storage + 2 * count,
            storage + 3 * count, storage + 4 * count,
            storage + 5 * count, storage + 6 * count,
            storage + 7 * count, storage + 8 * count};
  }

  /// The same storage seen from a later level.
  QBATT_HD Coefficients from(index level) const {
    const index o = level - first;
    return {level,       offdiag + o,   diag + o,       up_gain + o,   up_shift + o,
            up_back + o, down_gain + o, down_shift + o, down_back + o, weight + o};
  }
};

static_assert(sizeof(Coefficients) == sizeof(index) + Coefficients::arrays * sizeof(double*));

/// The coefficients of consecutive levels, one a lane.
template <class Lane>
struct LevelCoefficients {
  Lane offdiag, diag, up_gain, up_shift, up_back, down_gain, down_shift, down_back, weight;

  /// `k`: the levels; entries beyond the ends of the chain are set to zero.
  QBATT_HD static LevelCoefficients at(const Chain& chain, const Lane& k) {
    const Lane zero(0.0);
    const auto inside = less(k, Lane(static_cast<double>(chain.dim - 1)));
    const auto above_bottom = less(zero, k);
    const Lane below_level = select(above_bottom, k - Lane(1.0), zero);
    const Lane b = select(inside, kernels::offdiag(chain.model, k), zero);
    const Lane below = select(above_bottom, kernels::offdiag(chain.model, below_level), zero);
    const Lane d = kernels::diag(chain.model, k);
    const Lane size = kernels::diag_size(chain.model, k);
    const Lane gain = select(inside, Lane(1.0) / b, zero);
    const Lane gain_below = select(above_bottom, Lane(1.0) / below, zero);
    return {b,
            d,
            gain,
            zero - d * gain,
            zero - below * gain,
            gain_below,
            zero - d * gain_below,
            zero - b * gain_below,
            b * b + below * below + size * size};
  }

  /// Writes them to entry i of `c` and, lane by lane, the entries after it.
  QBATT_HD void store_in(const Coefficients& c, index i) const {
    store(offdiag, c.offdiag + i);
    store(diag, c.diag + i);
    store(up_gain, c.up_gain + i);
    store(up_shift, c.up_shift + i);
    store(up_back, c.up_back + i);
    store(down_gain, c.down_gain + i);
    store(down_shift, c.down_shift + i);
    store(down_back, c.down_back + i);
    store(weight, c.weight + i);
  }
};

static_assert(sizeof(LevelCoefficients<double>) == Coefficients::arrays * sizeof(double));

}  // namespace QBATT_TARGET
}  // namespace qbatt::kernels
