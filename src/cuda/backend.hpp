#pragma once

#include <memory>
#include <span>
#include <vector>

#include "charge/ensemble_states.hpp"
#include "cuda/batches.hpp"
#include "model/prepared_work.hpp"
#include "qbatt/solve.hpp"

namespace qbatt::cuda {

/// qbatt::solve on the devices that the request names, for validated systems, in two steps; see Module in module.hpp. Batches are
/// planned in the first, and beside the second where it begins early.
std::unique_ptr<PreparedWork> prepare(std::span<const CentralSpin> systems, const Request& request,
                                      const SingularValues& singular_values);

/// Both at once.
Table solve(std::span<const CentralSpin> systems, const Request& request, const SingularValues& singular_values = {});

/// Likewise, with other chains taken for long ones: for tests.
Table solve(std::span<const CentralSpin> systems, const Request& request, const SingularValues& singular_values,
            const LongChains& long_chains);

}  // namespace qbatt::cuda
