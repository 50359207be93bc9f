#pragma once

#include <span>
#include <vector>

#include "qbatt/solve.hpp"

namespace qbatt::cuda {

/// qbatt::solve on the devices that the request names, for validated systems; see Module in module.hpp.
Table solve(std::span<const CentralSpin> systems, const Request& request);

}  // namespace qbatt::cuda
