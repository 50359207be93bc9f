#pragma once

#include <span>

#include "qbatt/solve.hpp"

namespace qbatt {

/// Whether another solver should be tried, since wrong or missing pairs, and not rounding, spoil a result: `pair_defect` is the
/// certificate without rounding, `error_bound` all of it; both NaN where there is no result.
bool should_fall_back(double pair_defect, double error_bound);

/// The safer solvers to try one after the other: `dense` where that takes milliseconds, elsewhere `chebyshev`, and then `dense`
/// unless d^3 takes minutes; only `chebyshev` where there is no `dense`.
std::span<const Solver> fallback_solvers(const CentralSpin& system, bool has_dense);

/// Levels times orders that `chebyshev` may spend unasked on one system: some ten seconds.
inline constexpr double chebyshev_work_limit = 3e10;

/// Predicted number of eigenpairs that carry the initial state.
double predicted_pairs(const CentralSpin& system);

/// Predicted cost of the optimum in lane-levels, for ordering work and for progress: no unit of time.
double predicted_cost(const CentralSpin& system);

}  // namespace qbatt
