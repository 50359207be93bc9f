#pragma once

#include "qbatt/sweep.hpp"
#include "sweep/loops.hpp"

namespace qbatt {

/// What rounding does to the values of all axes of whole parameters, each for every value of what it refers to. Looks at a million
/// values at most.
Rounding count_rounding(const Axes& axes);

}  // namespace qbatt
