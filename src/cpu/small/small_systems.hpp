#pragma once

#include <memory>
#include <span>

#include "charge/states.hpp"
#include "qbatt/central_spin.hpp"

// Systems of a few levels: what one costs is overhead, so that many are solved at once, one a SIMD lane, by all their eigenpairs.
namespace qbatt::cpu {

/// The states of systems of one dimension, each small enough for Method::together, at most kernel_set().small_lanes of them.
/// `series`: they will be sampled at uniform times, which enters the bounds.
std::unique_ptr<States> make_small_states(std::span<const CentralSpin* const> systems, bool series);

}  // namespace qbatt::cpu
