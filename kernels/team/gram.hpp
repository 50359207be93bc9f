#pragma once

#include "kernels/team/vectors.hpp"

// Sums over levels of products of vectors, for the matrix of an observable in the eigenbasis: the vectors of a tile of levels are
// multiplied with each other by the whole team.
namespace qbatt::kernels::inline QBATT_TARGET {

/// A matrix in blocks of 8 x 8, entry (r, c) of a block at [c * 8 + r]; of a symmetric one the blocks on and below the diagonal.
struct BlockMatrix {
  double* values = nullptr;
  index row_blocks = 0;
  index column_blocks = 0;
  bool symmetric = false;

  static constexpr index side = 8;
  static constexpr index entries = side * side;

  QBATT_HD static index blocks(index row_blocks, index column_blocks, bool symmetric) {
    return symmetric ? row_blocks * (row_blocks + 1) / 2 : row_blocks * column_blocks;
  }
  [[nodiscard]] QBATT_HD index blocks() const { return blocks(row_blocks, column_blocks, symmetric); }

  /// Place of a block.
  struct Place {
    index row;
    index column;
  };

  [[nodiscard]] QBATT_HD Place place(index block) const {
    if (!symmetric) return {block / column_blocks, block % column_blocks};
    // The largest row with row (row + 1) / 2 <= block; the root is right to an ulp, the comparisons make it exact.
    auto row = static_cast<index>((sqrt(8.0 * static_cast<double>(block) + 1.0) - 1.0) * 0.5);
    while ((row + 1) * (row + 2) / 2 <= block) ++row;
    while (row * (row + 1) / 2 > block) --row;
    return {row, block - row * (row + 1) / 2};
  }

  [[nodiscard]] QBATT_HD double* block(index i) const { return values + i * entries; }
};

/// Adds, for the levels begin, begin + stride, ... of a tile, weight(level) v_a v_b to the entry (a, b) of `sum`: a counts the
/// vectors first_row ..., b those from first_column on. The levels must be multiples of four in number, zero where there are none.
template <class Weight>
struct GramTask {
  VectorTile tile;
  int begin;
  int stride;
  int first_row;
  int first_column;
  Weight weight;
  BlockMatrix sum;
};

/// By multiply-adds: a thread takes a quarter of a block.
template <class Team, class Weight>
QBATT_HD void add_gram_by_threads(Team& team, const GramTask<Weight>& task) {
  constexpr int side = 4;
  share(team, 4 * task.sum.blocks(), [&](index item) {
    const BlockMatrix::Place at = task.sum.place(item / 4);
    const auto row = static_cast<int>(task.first_row + at.row * BlockMatrix::side + item % 2 * side);
    const auto column = static_cast<int>(task.first_column + at.column * BlockMatrix::side + item / 2 % 2 * side);
    double* const out = task.sum.block(item / 4) + item / 2 % 2 * side * BlockMatrix::side + item % 2 * side;
    double sum[side][side];
    QBATT_UNROLL
    for (int c = 0; c < side; ++c) {
      QBATT_UNROLL
      for (int r = 0; r < side; ++r) sum[c][r] = out[c * BlockMatrix::side + r];
    }
    for (int i = task.begin; i < task.tile.length; i += task.stride) {
      const double w = task.weight(i);
      double left[side];
      double right[side];
      QBATT_UNROLL
      for (int s = 0; s < side; ++s) {
        left[s] = w * task.tile.at(i, row + s);
        right[s] = task.tile.at(i, column + s);
      }
      QBATT_UNROLL
      for (int c = 0; c < side; ++c) {
        QBATT_UNROLL
        for (int r = 0; r < side; ++r) sum[c][r] = mul_add(left[r], right[c], sum[c][r]);
      }
    }
    QBATT_UNROLL
    for (int c = 0; c < side; ++c) {
      QBATT_UNROLL
      for (int r = 0; r < side; ++r) out[c * BlockMatrix::side + r] = sum[c][r];
    }
  });
}

#if defined(__CUDA_ARCH__) && __CUDA_ARCH__ >= 800
/// d += a b by a warp's tensor cores: a is 8 x 4, b 4 x 8; lane l holds a(l / 4, l % 4), b(l % 4, l / 4) and, of the sum, row l / 4
/// at columns 2 (l % 4) and 2 (l % 4) + 1 (PTX ISA, mma.m8n8k4 with .f64).
__device__ inline void multiply_add_8x8x4(double a, double b, double (&d)[2]) {
  asm("mma.sync.aligned.m8n8k4.row.col.f64.f64.f64.f64 {%0,%1}, {%2}, {%3}, {%0,%1};" : "+d"(d[0]), "+d"(d[1]) : "d"(a), "d"(b));
}

/// By tensor cores: a warp takes a row of up to four blocks at once.
template <class Team, class Weight>
__device__ void add_gram_by_warps(Team& team, const GramTask<Weight>& task) {
  constexpr int wide = 4;
  constexpr int lanes = 32;
  const int lane = team.rank() % lanes;
  const int row = lane / 4;
  const int column = 2 * (lane % 4);
  const int warp = team.rank() / lanes;
  int turn = 0;
  index first = 0;  // block of the row that begins
  for (index i = 0; i < task.sum.row_blocks; ++i) {
    const index width = task.sum.symmetric ? i + 1 : task.sum.column_blocks;
    for (index j = 0; j < width; j += wide, ++turn) {
      if (turn % (team.threads() / lanes) != warp) continue;
      double sum[wide][2];
#pragma unroll
      for (int w = 0; w < wide; ++w) {
        const double* const block = task.sum.block(first + (j + w < width ? j + w : j)) + row;
        sum[w][0] = block[column * BlockMatrix::side];
        sum[w][1] = block[(column + 1) * BlockMatrix::side];
      }
      const auto left = static_cast<int>(task.first_row + i * BlockMatrix::side + row);
      const auto right = static_cast<int>(task.first_column + j * BlockMatrix::side + row);
      constexpr int apart = static_cast<int>(BlockMatrix::side);
      for (int k = task.begin + lane % 4 * task.stride; k < task.tile.length; k += 4 * task.stride) {
        const double a = task.weight(k) * task.tile.at(k, left);
#pragma unroll
        for (int w = 0; w < wide; ++w) multiply_add_8x8x4(a, task.tile.at(k, j + w < width ? right + w * apart : right), sum[w]);
      }
#pragma unroll
      for (int w = 0; w < wide; ++w) {
        if (j + w >= width) continue;
        double* const block = task.sum.block(first + j + w) + row;
        block[column * BlockMatrix::side] = sum[w][0];
        block[(column + 1) * BlockMatrix::side] = sum[w][1];
      }
    }
    first += width;
  }
  team.barrier();
}
#endif

template <class Team, class Weight>
QBATT_HD void add_gram(Team& team, const GramTask<Weight>& task) {
#if defined(__CUDA_ARCH__) && __CUDA_ARCH__ >= 800
  if constexpr (Team::tensor) {
    add_gram_by_warps(team, task);
    return;
  }
#endif
  add_gram_by_threads(team, task);
}

}  // namespace qbatt::kernels::inline QBATT_TARGET
