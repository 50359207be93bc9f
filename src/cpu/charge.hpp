#pragma once

#include "qbatt/solve.hpp"

namespace qbatt {

/// One battery, already validated: its row and, where the request has times and `series` is not null, its time series.
/// `threads` work inside the system. Never throws for numerical trouble: the row's status says `failed`.
Row charge(const CentralSpin& system, const Request& request, int threads, Series* series);

}  // namespace qbatt
