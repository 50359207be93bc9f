#pragma once

#include <cstdint>

#include "qbatt/solve.hpp"

namespace qbatt {

/// The largest dimension that is handed to `dense` unasked: d^3 beyond it takes minutes.
inline constexpr std::int64_t dense_limit = 3000;

/// Whether `dense` should be tried too, since wrong or missing pairs, and not rounding, spoil a result: `pair_defect` is the
/// certificate without rounding, `error_bound` all of it; both NaN where there is no result.
bool should_fall_back(const CentralSpin& system, double pair_defect, double error_bound);

/// Predicted cost of the optimum in lane-levels, for ordering work and for progress: no unit of time.
double predicted_cost(const CentralSpin& system);

}  // namespace qbatt
