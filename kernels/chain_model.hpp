#pragma once

#include "kernels/lane.hpp"

namespace qbatt::kernels {

/// A charger and its battery as solvers see them: a chain of levels k = 0 ... d-1 with H in a unit of energy of the caller's
/// choice,
///
///     H_kk - H_00     = k (detuning + ising (kappa - 2 k))
///     H_{k,k+1}^2     = scale (k+1) (n_b - k) (m - k) (c0 + c1 k),      0 <= k < d-1; the product vanishes at k = d-1
///
/// Numbers of spins are held as doubles: exact up to 2^53. Plain numbers outside QBATT_TARGET: they cross from the code of one
/// instruction set to that of another, and to devices.
struct ChainModel {
  double n_b;       ///< battery spins
  double m;         ///< quanta in the charger at t = 0
  double c0;        ///< what the charger's ladder multiplies the square of a coupling by: of spins n_c - m + 1, of a mode 1
  double c1;        ///< 1 for spins, 0 for a mode
  double detuning;  ///< (omega_b - omega_c) / unit
  double ising;     ///< Delta / unit
  double kappa;     ///< of spins 2 m - n_c + n_b
  double scale;     ///< (A / unit)^2, or 1 / (n_b m c0) for the unit a_0
};

inline namespace QBATT_TARGET {

/// (H_kk - H_00) / unit.
template <class Lane>
QBATT_HD Lane diag(const ChainModel& c, const Lane& k) {
  return k * (Lane(c.detuning) + Lane(c.ising) * (Lane(c.kappa) - (k + k)));
}

/// What rounding in diag(k) is relative to: its two terms may cancel where the detuning makes up for the Ising coupling.
template <class Lane>
QBATT_HD Lane diag_size(const ChainModel& c, const Lane& k) {
  return k * (magnitude(Lane(c.detuning)) + magnitude(Lane(c.ising) * (Lane(c.kappa) - (k + k))));
}

/// H_{k,k+1} / unit.
template <class Lane>
QBATT_HD Lane offdiag(const ChainModel& c, const Lane& k) {
  const Lane battery = (k + Lane(1.0)) * (Lane(c.n_b) - k);
  const Lane charger = (Lane(c.m) - k) * (Lane(c.c0) + Lane(c.c1) * k);
  return root(battery * charger * Lane(c.scale));
}

}  // namespace QBATT_TARGET
}  // namespace qbatt::kernels
