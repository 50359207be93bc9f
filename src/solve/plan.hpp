#pragma once

#include <cstdint>

#include "qbatt/solve.hpp"

namespace qbatt {

/// The largest dimension that is handed to `dense` unasked: d^3 beyond it takes minutes.
inline constexpr std::int64_t dense_limit = 3000;

/// The solver that `automatic` starts with.
Solver choose_solver(const CentralSpin& system);

/// Whether a result whose pairs are off by `pair_defect` (the certificate without rounding) should be computed again by `dense`.
bool should_fall_back(const CentralSpin& system, double pair_defect);

/// Predicted cost of the optimum in lane-levels, for ordering work and for progress: no unit of time.
double predicted_cost(const CentralSpin& system);

}  // namespace qbatt
