#pragma once

#include "kernels/elementary.hpp"
#include "kernels/ergotropy.hpp"
#include "kernels/state.hpp"

namespace qbatt::kernels::inline QBATT_TARGET {

/// Amplitudes of consecutive levels of a chain at one time, with what couples them. Views: nothing is owned.
struct AmplitudeBlock {
  index first;            ///< level of row 0
  index step;             ///< +1: row i is level first + i; -1: level first - i (the mirrored half)
  int rows;               ///< levels in the block
  bool halo;              ///< row `rows` is valid too, for the bond between the last level and its neighbor
  const double* re;       ///< [rows + halo], `stride` apart
  const double* im;       ///< the same, or null: the diagonal is constant and re holds re psi (k even) or -im psi (k odd)
  const double* offdiag;  ///< [rows + halo] b between row i and row i + 1, in units of a_0
  const double* diag;     ///< [rows + halo] diagonal of row i, in units of a_0
  index stride = 1;       ///< entries of re and im from one row to the next
};

struct Amplitude {
  double re;
  double im;
};

/// Of level k where the diagonal is constant, from what a block holds: real for even k, imaginary for odd k.
QBATT_HD inline Amplitude amplitude_of_constant(index k, double held) {
  return (k & 1) != 0 ? Amplitude{0.0, -held} : Amplitude{held, 0.0};
}

QBATT_HD inline Amplitude amplitude(const AmplitudeBlock& block, int row) {
  if (block.im != nullptr) return {block.re[row * block.stride], block.im[row * block.stride]};
  return amplitude_of_constant(block.first + block.step * row, block.re[row * block.stride]);
}

/// Writes the amplitudes of the block's levels to where those of the whole chain are: re psi_0, im psi_0, re psi_1 ...
QBATT_HD inline void copy_amplitudes(const AmplitudeBlock& block, double* chain) {
  for (int row = 0; row < block.rows; ++row) {
    const Amplitude a = amplitude(block, row);
    double* const at = chain + 2 * (block.first + block.step * row);
    at[0] = a.re;
    at[1] = a.im;
  }
}

QBATT_HD inline double population(const AmplitudeBlock& block, int row) {
  const double re = block.re[row * block.stride];
  const double im = block.im != nullptr ? block.im[row * block.stride] : 0.0;
  return re * re + im * im;
}

/// Adds flow and flow_change: d<k>/dt and its derivative.
QBATT_HD inline void observe_slopes(const AmplitudeBlock& block, StateSums& s) {
  Amplitude here = amplitude(block, 0);
  const int bonds = block.halo ? block.rows : block.rows - 1;
  for (int row = 0; row < bonds; ++row) {
    const Amplitude next = amplitude(block, row + 1);
    const bool ascending = block.step > 0;
    const Amplitude& lower = ascending ? here : next;
    const Amplitude& upper = ascending ? next : here;
    const double diag_step = ascending ? block.diag[row + 1] - block.diag[row] : block.diag[row] - block.diag[row + 1];
    add_flow(s, {block.offdiag[row], diag_step}, lower.re, lower.im, upper.re, upper.im);
    here = next;
  }
}

/// Adds everything else. Populations above `negligible` are appended to `significant` (capacity block.rows), unless that is null;
/// returns how many were.
QBATT_HD inline int observe_populations(const AmplitudeBlock& block, StateSums& s, double negligible, double* significant) {
  int count = 0;
  for (int row = 0; row < block.rows; ++row) {
    const double p = population(block, row);
    add_moments(s, static_cast<double>(block.first + block.step * row), p);
    add_information(s, p);
    if (significant != nullptr && p > negligible) significant[count++] = p;
  }
  return count;
}

/// Information of the populations of several levels, one a lane: see StateSums.
template <class Lane>
struct InformationLanes {
  Lane entropy{0.0};
  Lane purity{0.0};
  Lane root_sum{0.0};
  Lane largest{0.0};

  QBATT_HD void add(const Lane& p) {
    add_entropy(p);
    add_root(p);
  }

  /// All but the root. Populations below 1e-30 add less than 1e-28 each to the entropy: their logarithms are left out.
  QBATT_HD void add_entropy(const Lane& p) {
    const auto noticed = less(Lane(1e-30), p);
    if (any(noticed)) entropy = entropy - p * log2_lane(select(noticed, p, Lane(1.0)));
    purity = mul_add(p, p, purity);
    largest = larger(largest, p);
  }

  QBATT_HD void add_root(const Lane& p) { root_sum = root_sum + root(p); }
};

/// What a single lane has added.
QBATT_HD inline void put_information(StateSums& s, const InformationLanes<double>& lane) {
  s.entropy = lane.entropy;
  s.purity = lane.purity;
  s.root_sum = lane.root_sum;
  s.largest = lane.largest;
}

/// Norm, mean level and spread of several sets of levels, one a lane: see StateSums.
template <class Lane>
struct MomentLanes {
  Lane norm{0.0};
  Lane mean{0.0};
  Lane spread{0.0};
};

/// Those of the unions of disjoint sets, as merge() of StateSums.
template <class Lane>
QBATT_HD MomentLanes<Lane> merge(const MomentLanes<Lane>& a, const MomentLanes<Lane>& b) {
  const Lane norm = a.norm + b.norm;
  const Lane share = b.norm / select(less(Lane(0.0), norm), norm, Lane(1.0));
  const Lane distance = b.mean - a.mean;
  return {norm, mul_add(distance, share, a.mean), mul_add(distance * distance, a.norm * share, a.spread + b.spread)};
}

/// The current through bonds and its derivative, one bond a lane: see add_flow.
template <class Lane>
struct CurrentLanes {
  Lane flow{0.0};
  Lane flow_change{0.0};

  /// Where the diagonal is constant: `here` and `next` hold re psi (k even) or -im psi (k odd), `sign` is 1 where the level of
  /// `here` is even and -1 where it is odd.
  QBATT_HD void add_real(const Lane& offdiag, const Lane& sign, const Lane& here, const Lane& next) {
    flow = mul_add(sign * offdiag, here * next, flow);
    flow_change = mul_add(offdiag * offdiag, here * here - next * next, flow_change);
  }

  QBATT_HD void add_complex(const Lane& offdiag, const Lane& diag_step, const Lane& re, const Lane& im, const Lane& re_next,
                            const Lane& im_next) {
    flow = mul_add(offdiag, re_next * im - im_next * re, flow);
    const Lane fall = (re * re + im * im) - (re_next * re_next + im_next * im_next);
    flow_change = mul_add(offdiag, offdiag * fall + diag_step * (re_next * re + im_next * im), flow_change);
  }
};

/// sum_k |psi_k - delta_k0|^2 over the block: at t = 0 the square of the certificate's first term.
QBATT_HD inline double start_defect_square(const AmplitudeBlock& block) {
  double sum = 0.0;
  for (int row = 0; row < block.rows; ++row) {
    Amplitude a = amplitude(block, row);
    if (block.first + block.step * row == 0) a.re -= 1.0;
    sum += a.re * a.re + a.im * a.im;
  }
  return sum;
}

}  // namespace qbatt::kernels::inline QBATT_TARGET
