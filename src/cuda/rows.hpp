#pragma once

#include <span>

#include "cuda/chunk_states.hpp"
#include "cuda/plan.hpp"
#include "cuda/shooting_descriptor.hpp"
#include "kernels/cuda/linear_algebra.hpp"
#include "qbatt/solve.hpp"

namespace qbatt::cuda {

/// Solves one chunk and writes its rows, and its series where the request has times, to their places in `table`. `plans`, one a
/// system, are looked at where the chunk's solver is spectral. Returns the places of the systems whose pairs the certificate says
/// are wrong or missing, beyond rounding: another solver should be tried.
std::vector<std::size_t> solve_chunk(std::span<const CentralSpin> systems, std::span<const ShootingPlan> plans, const Chunk& chunk,
                                     const Request& request, const LinearAlgebra& linear_algebra, const Stream& stream,
                                     ChunkStates::Staging& staging, Table& table);

}  // namespace qbatt::cuda
