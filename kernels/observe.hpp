#pragma once

#include "kernels/ergotropy.hpp"
#include "kernels/state.hpp"

namespace qbatt::kernels::inline QBATT_TARGET {

/// Amplitudes of consecutive levels of a chain at one time, with what couples them. Views: nothing is owned.
struct AmplitudeBlock {
  index first;            ///< level of row 0
  index step;             ///< +1: row i is level first + i; -1: level first - i (the mirrored half)
  int rows;               ///< levels in the block
  bool halo;              ///< row `rows` is valid too, for the bond between the last level and its neighbour
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

QBATT_HD inline Amplitude amplitude(const AmplitudeBlock& block, int row) {
  if (block.im != nullptr) {
    return {block.re[row * block.stride], block.im[row * block.stride]};
  }
  const double re = block.re[row * block.stride];
  const bool odd = ((block.first + block.step * row) & 1) != 0;
  return odd ? Amplitude{0.0, -re} : Amplitude{re, 0.0};
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

/// Adds everything else. Populations above `negligible` are appended to `significant` (capacity block.rows); returns how many were.
QBATT_HD inline int observe_populations(const AmplitudeBlock& block, StateSums& s, double negligible, double* significant) {
  int count = 0;
  for (int row = 0; row < block.rows; ++row) {
    const double p = population(block, row);
    add_moments(s, static_cast<double>(block.first + block.step * row), p);
    add_information(s, p);
    if (p > negligible) {
      significant[count++] = p;
    }
  }
  return count;
}

/// sum_k |psi_k - delta_k0|^2 over the block: at t = 0 the square of the certificate's first term.
QBATT_HD inline double start_defect_square(const AmplitudeBlock& block) {
  double sum = 0.0;
  for (int row = 0; row < block.rows; ++row) {
    Amplitude a = amplitude(block, row);
    if (block.first + block.step * row == 0) {
      a.re -= 1.0;
    }
    sum += a.re * a.re + a.im * a.im;
  }
  return sum;
}

}  // namespace qbatt::kernels::inline QBATT_TARGET
