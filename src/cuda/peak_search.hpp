#pragma once

#include <functional>
#include <span>
#include <stop_token>
#include <vector>

#include "charge/states.hpp"
#include "kernels/cuda/runtime.hpp"
#include "kernels/peak.hpp"
#include "kernels/state_report.hpp"
#include "model/level_chain.hpp"

namespace qbatt::cuda {

/// States of some systems at as many times each, in the detail of the search. Shapes: members[count], t[count][times], result
/// [count][times].
using ReportsOf = std::function<std::vector<StateReport>(std::span<const index> members, std::span<const double> t)>;

/// The first peak of every system, driven from the host: all scans at once, then all roots, of systems for which solved(place)
/// holds all the while. `bandwidths`: see kernels::energy_bandwidth. NaN where there is none.
std::vector<double> search_first_peaks(kernels::PeakOf peak_of, std::span<const double> bandwidths,
                                       const std::function<bool(std::size_t place)>& solved, const ReportsOf& reports_of);

/// The largest energy of every chain in `window` transit times: all searches go on at once, and who is done is looked at no more.
/// Throws Interrupted where `stop` is requested.
std::vector<Optimum> search_global_peaks(std::span<const LevelChain> chains, double window,
                                         const std::function<bool(std::size_t place)>& solved, const ReportsOf& reports_of,
                                         const std::stop_token& stop);

}  // namespace qbatt::cuda
