#pragma once

#include "kernels/state.hpp"

namespace qbatt {

/// What is wanted of a state: the first two derivatives of the energy; what takes no roots and no currents of the sums over levels;
/// all of them; everything. More may come, what was not wanted may be anything.
enum class Detail { slopes, populations, sums, observables };

/// The state at one time: sums over all levels in units of a_0 (see kernels/state.hpp) and what needs all populations at once.
struct StateReport {
  kernels::StateSums sums;
  double passive_level = 0;    ///< sum_j j p_j, p sorted in descending order; NaN where only sums were wanted
  double last_population = 0;  ///< p of the highest level
};

}  // namespace qbatt
