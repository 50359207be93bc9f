#pragma once

#include <functional>
#include <span>
#include <vector>

#include "kernels/cuda/runtime.hpp"
#include "kernels/state_report.hpp"

namespace qbatt::cuda {

/// Slopes of some systems at as many times each. Shapes: members[count], t[count][times], result [count][times]; flow and its
/// change are looked at.
using SlopesOf = std::function<std::vector<StateReport>(std::span<const index> members, std::span<const double> t)>;

/// The first peak of every system, driven from the host: all scans at once, then all roots, of systems for which solved(place)
/// holds all the while. `bandwidths`: see kernels::energy_bandwidth. NaN where there is none.
std::vector<double> search_first_peaks(std::span<const double> bandwidths, const std::function<bool(std::size_t place)>& solved,
                                       const SlopesOf& slopes_of);

}  // namespace qbatt::cuda
