#pragma once

#include <memory>
#include <span>

#include "model/prepared_work.hpp"
#include "qbatt/solve.hpp"

namespace qbatt::cpu {

/// solve() on the CPU, in two steps; systems and request are valid and must outlive what is returned. The first puts the systems
/// into order, on one thread. Small systems run side by side, each on one thread; large ones one after the other, with all threads
/// inside.
std::unique_ptr<PreparedWork> prepare(std::span<const CentralSpin> systems, const Request& request);

/// The processor, its threads and the instruction set in use.
DeviceReport describe_device();

}  // namespace qbatt::cpu
