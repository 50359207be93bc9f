#pragma once

#include <span>
#include <vector>

#include "charge/ensemble_states.hpp"
#include "cuda/batches.hpp"
#include "qbatt/solve.hpp"

namespace qbatt::cuda {

/// qbatt::solve on the devices that the request names, for validated systems; see Module in module.hpp.
Table solve(std::span<const CentralSpin> systems, const Request& request, const SingularValues& singular_values = {});

/// Likewise, with other chains taken for long ones: for tests.
Table solve(std::span<const CentralSpin> systems, const Request& request, const SingularValues& singular_values,
            const LongChains& long_chains);

}  // namespace qbatt::cuda
