#pragma once

#include <memory>
#include <string>

#include "cpu/one_chain.hpp"
#include "model/level_chain.hpp"

namespace qbatt::cpu {

/// All pairs by LAPACK dsyevd on the explicit matrix: O(d^3) time, O(d^2) memory. Throws NumericalError where LAPACK fails,
/// std::bad_alloc where there is no room.
std::unique_ptr<OneChain> make_dense_states(const LevelChain& chain);

/// Why it is not there, in words: the build has no LAPACK, or its libraries do not open. Empty where it is. Where it is not,
/// make_dense_states throws BackendError.
std::string why_no_dense();

}  // namespace qbatt::cpu
