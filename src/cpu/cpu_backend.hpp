#pragma once

#include <span>

#include "qbatt/solve.hpp"

namespace qbatt::cpu {

/// solve() on the CPU; systems and request are valid. Small systems run side by side, each on one thread; large ones one after the
/// other, with all threads inside.
Table solve(std::span<const CentralSpin> systems, const Request& request);

/// The processor, its threads and the instruction set in use.
DeviceReport describe_device();

}  // namespace qbatt::cpu
