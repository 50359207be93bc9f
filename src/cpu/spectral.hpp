#pragma once

#include <memory>

#include "cpu/eigenpairs.hpp"
#include "cpu/propagator.hpp"

namespace qbatt::cpu {

/// The state as the sum of the given pairs, with the certificate of exactly those: wrong, missing or doubled pairs are allowed and
/// show in error_bound(). Throws std::runtime_error where there is no pair.
std::unique_ptr<Propagator> make_spectral_propagator(SpectralChain chain, Eigenpairs pairs, int threads);

}  // namespace qbatt::cpu
