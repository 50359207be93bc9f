#pragma once

#include <cstddef>

#include "kernels/cuda/chebyshev_stages.hpp"
#include "kernels/cuda/runtime.hpp"

// What nvcc compiles of the tests: launches of what launch.hpp offers.
namespace qbatt::test {

using cuda::index;

/// select_indices() of the multiples of `of` below `count`.
index select_multiples(const cuda::Stream& stream, index count, index of, index* selected);

/// sort_rows_descending() of doubles.
void sort_rows(const cuda::Stream& stream, const double* in, double* out, index rows, index length);

/// A pass of ExpandTiles<kind, place>. Shapes: tiles[count]; device memory.
void expand_tiles(const cuda::Stream& stream, cuda::ChebyshevKind kind, std::size_t place,
                  const kernels::ChebyshevExpansion* expansions, const cuda::ChebyshevTileItem* tiles, index count, int pass);

}  // namespace qbatt::test
