#pragma once

#include "qbatt/solve.hpp"

namespace qbatt {

/// FP64 instructions that one step of the shooting recurrence takes a lane and level: the sum of squares, lambda gain + shift, back
/// times the value behind, and their sum.
inline constexpr double instructions_a_lane_level = 4;

/// FP64 instructions that the eigenpairs of a system, or its expansion, take at least on a GPU by the solver that the request names
/// (`automatic`: spectral), a multiply-add counted once: what any implementation of these methods must do. States, observables and
/// certificates come on top.
///   spectral    4 passes of every pair through the kept levels: grid, one refinement at least, both to the bond and for the vector
///   chebyshev   3 an order and level: two neighbors, and the sum
///   dense       2/3 d^3: the reduction to tridiagonal form
double least_fp64_instructions(const CentralSpin& system, const Request& request);

}  // namespace qbatt
