#pragma once

#include "kernels/team/vectors.hpp"

// Sums over levels of products of vectors, for the matrix of an observable in the eigenbasis: the vectors of a tile of levels are
// multiplied with each other by the whole team.
namespace qbatt::kernels::inline QBATT_TARGET {

/// A matrix in blocks of 8 x 8, entry (r, c) of a block at [c * 8 + r]; of a symmetric one the blocks on and below the diagonal.
struct BlockMatrix {
  double* values = nullptr;
  int row_blocks = 0;
  int column_blocks = 0;
  bool symmetric = false;

  static constexpr int side = 8;
  static constexpr int entries = side * side;

  QBATT_HD static int blocks(int row_blocks, int column_blocks, bool symmetric) {
    return symmetric ? row_blocks * (row_blocks + 1) / 2 : row_blocks * column_blocks;
  }
  [[nodiscard]] QBATT_HD int blocks() const { return blocks(row_blocks, column_blocks, symmetric); }

  /// Place of a block.
  struct Place {
    int row;
    int column;
  };

  [[nodiscard]] QBATT_HD Place place(int block) const {
    if (!symmetric) return {block / column_blocks, block % column_blocks};
    // The largest row with row (row + 1) / 2 <= block; the root is right to an ulp, the comparisons make it exact.
    auto row = static_cast<int>((sqrt(8.0 * static_cast<double>(block) + 1.0) - 1.0) * 0.5);
    while ((row + 1) * (row + 2) / 2 <= block) ++row;
    while (row * (row + 1) / 2 > block) --row;
    return {row, block - row * (row + 1) / 2};
  }

  [[nodiscard]] QBATT_HD double* block(int i) const { return values + i * entries; }
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
  share(team, 4 * task.sum.blocks(), [&](int item) {
    const BlockMatrix::Place at = task.sum.place(item / 4);
    const int row = task.first_row + at.row * BlockMatrix::side + item % 2 * side;
    const int column = task.first_column + at.column * BlockMatrix::side + item / 2 % 2 * side;
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

/// Adds what a tile gives to `wide` neighboring blocks of a row, of which `first_block` is the first, at row and column `row` and
/// `column` of the vectors.
template <int wide, class Weight>
__device__ void add_blocks_by_warp(const GramTask<Weight>& task, int first_block, int row, int column) {
  constexpr int lanes = 32;
  constexpr int side = BlockMatrix::side;
  const int lane = static_cast<int>(threadIdx.x) % lanes;
  double* const out = task.sum.block(first_block) + 2 * (lane % 4) * side + lane / 4;
  double sum[wide][2];
#pragma unroll
  for (int w = 0; w < wide; ++w) {
    sum[w][0] = out[w * BlockMatrix::entries];
    sum[w][1] = out[w * BlockMatrix::entries + side];
  }
  const int first = task.begin + lane % 4 * task.stride;
  const double* const values = task.tile.values + first * task.tile.pitch + lane / 4;
  const double* left = values + row;
  const double* right = values + column;
  const std::ptrdiff_t step = 4 * task.stride * task.tile.pitch;
#pragma unroll 2
  for (int k = first; k < task.tile.length; k += 4 * task.stride, left += step, right += step) {
    const double a = task.weight(k) * *left;
#pragma unroll
    for (int w = 0; w < wide; ++w) multiply_add_8x8x4(a, right[w * side], sum[w]);
  }
#pragma unroll
  for (int w = 0; w < wide; ++w) {
    out[w * BlockMatrix::entries] = sum[w][0];
    out[w * BlockMatrix::entries + side] = sum[w][1];
  }
}

/// f(place, block, count) for neighboring blocks of a row, up to `wide` of them, of which `block` is the first, at `place`. The
/// warps of the team take turns.
template <int wide, class Team, class F>
__device__ void for_pieces_of_warp(const Team& team, const BlockMatrix& matrix, const F& f) {
  const int warps = team.threads() / 32;
  const int warp = team.rank() / 32;
  int turn = 0;
  int block = 0;
  for (int i = 0; i < matrix.row_blocks; ++i) {
    const int width = matrix.symmetric ? i + 1 : matrix.column_blocks;
    for (int j = 0; j < width; j += wide) {
      if (turn == warp) f(BlockMatrix::Place{i, j}, block + j, width - j < wide ? width - j : wide);
      turn = turn + 1 < warps ? turn + 1 : 0;
    }
    block += width;
  }
}

/// By tensor cores.
template <class Team, class Weight>
__device__ void add_gram_by_warps(Team& team, const GramTask<Weight>& task) {
  constexpr int wide = 4;
  for_pieces_of_warp<wide>(team, task.sum, [&](const BlockMatrix::Place& at, int block, int count) {
    const int row = task.first_row + at.row * BlockMatrix::side;
    const int column = task.first_column + at.column * BlockMatrix::side;
    switch (count) {
      case 1:
        return add_blocks_by_warp<1>(task, block, row, column);
      case 2:
        return add_blocks_by_warp<2>(task, block, row, column);
      case 3:
        return add_blocks_by_warp<3>(task, block, row, column);
      default:
        return add_blocks_by_warp<wide>(task, block, row, column);
    }
  });
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
