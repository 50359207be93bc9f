#pragma once

#include <span>

#include "qbatt/solve.hpp"

namespace qbatt {

/// solve() for systems that somebody has validated already, as SweepPlan does.
Table solve_physical(std::span<const CentralSpin> systems, const Request& request);

}  // namespace qbatt
