#pragma once

#include <memory>

#include "cpu/propagator.hpp"
#include "cpu/spectral/eigenpairs.hpp"

namespace qbatt::cpu {

/// The state as the sum of the given pairs, with the certificate of exactly those: wrong, missing or doubled pairs are allowed and
/// show in error_bound(). Throws std::runtime_error where there is no pair.
std::unique_ptr<Propagator> make_spectral_propagator(SpectralChain chain, Eigenpairs pairs, int threads);

}  // namespace qbatt::cpu
