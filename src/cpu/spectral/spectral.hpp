#pragma once

#include <memory>

#include "cpu/one_chain.hpp"
#include "cpu/spectral/eigenpairs.hpp"

namespace qbatt::cpu {

/// The pairs that carry e_0, by matched shooting: O(d n_eig) time. Throws NumericalError.
std::unique_ptr<OneChain> make_spectral_states(const LevelChain& levels, const Workers& workers);

/// The state as the sum of the given pairs of the system, with the certificate of exactly those: wrong, missing or doubled pairs
/// are allowed and show in error_bound(). Throws NumericalError where there is no pair.
std::unique_ptr<OneChain> make_spectral_states(const LevelChain& levels, SpectralChain chain, Eigenpairs pairs,
                                               const Workers& workers);

}  // namespace qbatt::cpu
