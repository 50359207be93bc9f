#pragma once

#include <span>

namespace qbatt {

/// kernels::energy_bandwidth for eigenvalues in any order.
double energy_bandwidth(std::span<const double> eigenvalues, std::span<const double> weights);

}  // namespace qbatt
