#pragma once

#include <span>

#include "qbatt/solve.hpp"

// Systems of a few levels: what one costs is overhead, so that many are solved at once, one a SIMD lane, by all their eigenpairs.
namespace qbatt::cpu {

/// A system and where its results go; `series` as in charge().
struct SmallSystem {
  const CentralSpin* system;
  Row* row;
  Series* series;
  bool settled = false;  ///< the results stand; otherwise they mean nothing and the system is charge()'s
};

/// Systems of one dimension, each small enough for Method::together, at most kernel_set().small_lanes of them. None sees its
/// neighbors.
void charge_together(std::span<SmallSystem> systems, const Request& request);

}  // namespace qbatt::cpu
