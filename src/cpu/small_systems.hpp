#pragma once

#include <cstdint>
#include <span>

#include "qbatt/solve.hpp"

// Systems of a few levels: what one costs is overhead, so that many are solved at once, one a SIMD lane, by all their eigenpairs.
namespace qbatt::cpu {

/// Up to here the eigenpairs of all levels cost less than matched shooting.
inline constexpr std::int64_t most_small_levels = 32;

/// Whether charge_together() takes the system, which depends on nothing but itself and the request.
bool is_small(const CentralSpin& system, const Request& request);

/// A system and where its results go; `series` as in charge().
struct SmallSystem {
  const CentralSpin* system;
  Row* row;
  Series* series;
  bool settled = false;  ///< the results stand; otherwise they mean nothing and the system is charge()'s
};

/// Systems of one dimension, each is_small(), at most kernel_set().small_lanes of them. None sees its neighbors.
void charge_together(std::span<SmallSystem> systems, const Request& request);

}  // namespace qbatt::cpu
