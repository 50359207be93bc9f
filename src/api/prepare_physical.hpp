#pragma once

#include <memory>
#include <span>

#include "model/prepared_work.hpp"
#include "qbatt/solve.hpp"

namespace qbatt {

/// solve() in two steps, for systems that somebody has validated already, as SweepPlan does. Both must outlive what is returned.
std::unique_ptr<PreparedWork> prepare_physical(std::span<const CentralSpin> systems, const Request& request);

}  // namespace qbatt
