#pragma once

#include "kernels/state.hpp"

namespace qbatt {

/// What is wanted of a state: the first two derivatives of the energy; what takes no roots and no currents of the sums over levels;
/// all of them; everything. More may come, what was not wanted may be anything.
enum class Detail { slopes, populations, sums, observables };

/// The state at one time: sums over all levels in units of a_0 (see kernels/state.hpp) and what needs all populations at once.
struct StateReport {
  kernels::StateSums sums;
  double passive_level = 0;    ///< sum_j j p_j, p sorted in descending order; only where all observables were wanted
  double last_population = 0;  ///< p of the highest level
};

/// What is handed out of the single levels of a state beside its report: p_k, or psi_k as re and im, the energy of level 0 being 0.
enum class LevelValues { none, populations, amplitudes };

/// Numbers that they take a level.
QBATT_HD constexpr int numbers_of(LevelValues values) {
  return values == LevelValues::none ? 0 : (values == LevelValues::populations ? 1 : 2);
}

}  // namespace qbatt
