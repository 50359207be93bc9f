#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "qbatt/sweep.hpp"
#include "sweep/loops.hpp"

namespace qbatt {

/// The grid of a product of axes. Throws InputError where it has more than max_combinations cells, and what AxisValues::resolve()
/// does.
SweepGrid grid_of(const Axes& axes);

/// The grid of a list of systems: the dimension "system".
SweepGrid grid_of(std::span<const CentralSpin> systems);

/// How many cells a step of each wheel of an odometer over the axes moves, from the outermost wheel to the innermost.
std::array<std::int64_t, parameter_count> strides_of(const Axes& axes, const SweepGrid& grid);

}  // namespace qbatt
