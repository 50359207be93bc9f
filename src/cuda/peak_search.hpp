#pragma once

#include <functional>
#include <span>
#include <vector>

#include "kernels/cuda/runtime.hpp"
#include "kernels/peak.hpp"
#include "kernels/state_report.hpp"

namespace qbatt::cuda {

/// States of some systems at as many times each, in the detail of the search. Shapes: members[count], t[count][times], result
/// [count][times].
using ReportsOf = std::function<std::vector<StateReport>(std::span<const index> members, std::span<const double> t)>;

/// The first peak of every system, driven from the host: all scans at once, then all roots, of systems for which solved(place)
/// holds all the while. `bandwidths`: see kernels::energy_bandwidth. NaN where there is none.
std::vector<double> search_first_peaks(kernels::PeakOf peak_of, std::span<const double> bandwidths,
                                       const std::function<bool(std::size_t place)>& solved, const ReportsOf& reports_of);

}  // namespace qbatt::cuda
