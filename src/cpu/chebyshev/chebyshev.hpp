#pragma once

#include <limits>
#include <memory>

#include "cpu/one_chain.hpp"

namespace qbatt::cpu {

/// Matrix-free propagation of e_0 by Chebyshev expansions: O(d) memory, no eigenpairs, safe for any spectrum. Time goes like d R,
/// R the spectral half-width times the longest time; levels that the state does not reach cost nothing.
///
/// The path from t = 0 is cut into legs of up to R = 1024, each one expansion on the levels within its reach; they depend on the
/// system alone, so that the state at a time is the same bit for bit whatever was asked before. evaluate() throws
/// NumericalError once the work in levels times orders exceeds `work_limit`.
std::unique_ptr<OneChain> make_chebyshev_states(const LevelChain& chain, const std::stop_token& stop = {},
                                                double work_limit = std::numeric_limits<double>::infinity());

}  // namespace qbatt::cpu
