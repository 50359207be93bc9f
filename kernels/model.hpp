#pragma once

#include "kernels/lane.hpp"

namespace qbatt::kernels::inline QBATT_TARGET {

/// The central-spin Hamiltonian in the span of |k>_b |m-k>_c, in a unit of energy of the caller's choice. Spin numbers are held as
/// doubles: exact up to 2^53. Another charger model is another struct with these two members.
struct CentralSpinModel {
  double n_b;             ///< battery spins
  double n_c;             ///< charger spins
  double m;               ///< charger spins up at t = 0
  double detuning;        ///< (omega_b - omega_c) / unit
  double ising;           ///< Delta / unit
  double offdiag_square;  ///< (A / unit)^2, or 1 / (n_b m (n_c - m + 1)) for the unit a_0

  /// (H_kk - H_00) / unit = k [(omega_b - omega_c) + 2 Delta (m - k - (n_c - n_b)/2)] / unit.
  template <class Lane>
  QBATT_HD Lane diag(const Lane& k) const {
    return k * (Lane(detuning) + Lane(ising) * ((Lane(m) - k) + (Lane(m) - k) - Lane(n_c - n_b)));
  }

  /// What rounding in diag(k) is relative to: its two terms may cancel where the detuning makes up for the Ising coupling.
  template <class Lane>
  QBATT_HD Lane diag_size(const Lane& k) const {
    return k * (magnitude(Lane(detuning)) + magnitude(Lane(ising) * ((Lane(m) - k) + (Lane(m) - k) - Lane(n_c - n_b))));
  }

  /// H_{k,k+1} / unit = |A| sqrt((k+1)(n_b-k)(m-k)(n_c-m+k+1)) / unit, 0 <= k < d-1; the product vanishes at k = d-1.
  template <class Lane>
  QBATT_HD Lane offdiag(const Lane& k) const {
    const Lane battery = (k + Lane(1.0)) * (Lane(n_b) - k);
    const Lane charger = (Lane(m) - k) * (k + Lane(n_c - m + 1.0));
    return root(battery * charger * Lane(offdiag_square));
  }
};

}  // namespace qbatt::kernels::inline QBATT_TARGET
