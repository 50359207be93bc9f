#pragma once

#include <memory>
#include <span>

#include "charge/states.hpp"
#include "model/level_chain.hpp"

// Systems of a few levels: what one costs is overhead, so that many are solved at once, one a SIMD lane, by all their eigenpairs.
namespace qbatt::cpu {

/// The states of chains of one dimension, each small enough for Method::together, at most kernel_set().small_lanes of them.
/// `series`: they will be sampled at uniform times, which enters the bounds.
std::unique_ptr<States> make_small_states(std::span<const LevelChain* const> chains, bool series);

}  // namespace qbatt::cpu
