#pragma once

#include <memory>

#include "cpu/one_chain.hpp"
#include "model/level_chain.hpp"

namespace qbatt::cpu {

/// All pairs by LAPACK dsyevd on the explicit matrix: O(d^3) time, O(d^2) memory. Throws NumericalError where LAPACK fails.
std::unique_ptr<OneChain> make_dense_states(const LevelChain& chain);

/// Whether this build has it: it needs LAPACK. Where it has not, make_dense_states throws BackendError.
bool has_dense();

}  // namespace qbatt::cpu
