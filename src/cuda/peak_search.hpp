#pragma once

#include <span>
#include <stop_token>
#include <vector>

#include "cuda/batch_states.hpp"

namespace qbatt::cuda {

/// The first peak of every system, driven from the host: all scans at once, then all roots, of systems that are solved all the
/// while. `bandwidths`, one a system: see kernels::energy_bandwidth. NaN where there is none.
std::vector<double> search_first_peaks(BatchStates& states, kernels::PeakOf peak_of, std::span<const double> bandwidths);

/// The largest energy of every chain in `window` transit times: all searches go on at once, and who is done is looked at no more.
/// Throws Interrupted where `stop` is requested.
std::vector<Optimum> search_global_peaks(BatchStates& states, std::span<const LevelChain> chains, double window,
                                         const std::stop_token& stop);

}  // namespace qbatt::cuda
