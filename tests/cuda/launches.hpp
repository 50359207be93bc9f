#pragma once

#include <cstddef>

#include "kernels/cuda/chebyshev_stages.hpp"
#include "kernels/cuda/runtime.hpp"
#include "kernels/team/gram.hpp"

// What nvcc compiles of the tests: launches of what launch.hpp offers.
namespace qbatt::test {

using cuda::index;

/// select_indices() of the multiples of `of` below `count`.
index select_multiples(const cuda::Stream& stream, index count, index of, index* selected);

/// sort_rows_descending() of doubles.
void sort_rows(const cuda::Stream& stream, const double* in, double* out, index rows, index length);

/// Vectors as [level][vector] and the matrices of their products, summed over every stride-th level: of all vectors with each
/// other, or of the first half with the second.
struct GramShape {
  int levels;
  int vectors;
  int stride;
  bool symmetric;

  [[nodiscard]] int row_blocks() const { return symmetric ? vectors / 8 : vectors / 16; }
  [[nodiscard]] int column_blocks() const { return symmetric ? vectors / 8 : vectors / 8 - row_blocks(); }
  [[nodiscard]] int entries() const { return 64 * kernels::BlockMatrix::blocks(row_blocks(), column_blocks(), symmetric); }
};

/// kernels::add_gram() to a matrix of zeros by a block of 64 threads, with tensor cores or without. Device memory.
void add_gram(const cuda::Stream& stream, bool tensor_cores, const GramShape& shape, double* values, double* sum);

/// Vectors level by level, [levels][room], of which the first `pairs` count, times factors [room][columns].
struct PairSums {
  index levels;
  index room;
  index pairs;
  index columns;
};

/// Amplitudes [levels][columns] as SumWindow forms them, and SumPairsByLevels, in tiles of 1 x 2 or 4 x 4; `mirror`: levels - 1 for
/// those of mirrored levels, -1 for the levels themselves. Device memory.
void sum_pairs(const cuda::Stream& stream, bool large_tiles, const PairSums& sums, const double* vectors, const double* factors,
               index mirror, double* amplitudes);

/// A pass of ExpandTiles<kind, place>. Shapes: tiles[count]; device memory.
void expand_tiles(const cuda::Stream& stream, cuda::ChebyshevKind kind, std::size_t place,
                  const kernels::ChebyshevExpansion* expansions, const cuda::ChebyshevTileItem* tiles, index count, int pass);

}  // namespace qbatt::test
