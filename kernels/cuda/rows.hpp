#pragma once

#include <span>

#include "kernels/cuda/dense_chunk.hpp"
#include "kernels/cuda/plan.hpp"
#include "qbatt/solve.hpp"

namespace qbatt::cuda {

/// Solves one chunk and writes its rows, and its series where the request has times, to their places in `table`.
void solve_chunk(std::span<const CentralSpin> systems, const Chunk& chunk, const Request& request,
                 const LinearAlgebra& linear_algebra, const Stream& stream, DenseChunk::Staging& staging, Table& table);

}  // namespace qbatt::cuda
