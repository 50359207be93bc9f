#pragma once

#include "kernels/cuda/pair_batch.hpp"

// Stages from eigenpairs and times to amplitudes: psi_k(t) = sum_j v_kj c_j exp(-i lambda_j t), a matrix product with the factors
// c_j exp(-i lambda_j t) of all times.
namespace qbatt::cuda {

/// Item (member, pair, column): see TimeSlab. Padding pairs get 0.
struct WriteFactors {
  PairBatch batch;
  TimeSlab slab;

  [[nodiscard]] QBATT_HD index items() const { return slab.count * batch.pairs * slab.columns; }

  QBATT_HD void operator()(index item) const {
    const index column = item % slab.columns;
    const index j = item / slab.columns % batch.pairs;
    const index member = item / (slab.columns * batch.pairs);
    const index system = slab.place(member);
    double factor = 0.0;
    if (j < batch.own_pairs(system)) {
      const double t = slab.t[member * slab.times + column % slab.times];
      const double phase = batch.eigenvalues[system * batch.pairs + j] * t;
      const double real_part = cos(phase);
      const double imaginary_part = -sin(phase);
      factor = batch.coefficient(system, j);
      if (batch.constant_diagonal)
        factor *= real_part - imaginary_part;  // re psi for even k, -im psi for odd k: the other part vanishes
      else
        factor *= column < slab.times ? real_part : imaginary_part;
    }
    slab.factors[item] = factor;
  }
};

/// Item (member, tile of columns, level): the amplitudes of a level in a few columns, the pairs added in ascending order. The order
/// is this one whatever else is in the batch, which a library that chooses its kernels by the size of the whole problem does not
/// promise. For vectors that lie one behind the other: neighboring threads take neighboring levels.
template <int width>
struct SumPairs {
  PairBatch batch;
  TimeSlab slab;

  [[nodiscard]] QBATT_HD index items() const { return slab.count * tiles() * batch.n; }

  QBATT_HD void operator()(index item) const {
    const index level = item % batch.n;
    const index first = item / batch.n % tiles() * width;
    const index member = item / (batch.n * tiles());
    const index system = slab.place(member);
    const int columns = slab.columns - first < width ? static_cast<int>(slab.columns - first) : width;
    const double* vector = batch.vector(system, 0) + level;
    const double* factors = slab.factors + member * batch.pairs * slab.columns + first;
    double sums[width] = {};
    for (index j = 0; j < batch.own_pairs(system); ++j, vector += batch.n, factors += slab.columns) {
      for (int c = 0; c < width; ++c)
        if (c < columns) sums[c] = kernels::mul_add(*vector, factors[c], sums[c]);
    }
    double* const amplitudes = slab.amplitudes + (member * batch.n + level) * slab.columns + first;
    for (int c = 0; c < width; ++c)
      if (c < columns) amplitudes[c] = sums[c];
  }

private:
  [[nodiscard]] QBATT_HD index tiles() const { return (slab.columns + width - 1) / width; }
};

/// Amplitudes of a few levels in a few columns from vectors that lie level by level: each level's pairs added in ascending order.
/// Columns are first, first + step, …; rows and columns that are not there are taken to be the last one again.
template <int rows, int width>
struct TileOfPairs {
  const double* vectors;  ///< of the first level, [rows][stride]
  index stride;
  index own_rows;         ///< that are there, at least one
  const double* factors;  ///< [pairs][columns]
  index columns;
  index first;
  index step;
  double sums[rows][width] = {};

  QBATT_HD void add(index pairs) {
    const double* row[rows];
    for (int r = 0; r < rows; ++r) row[r] = vectors + (r < own_rows ? r : own_rows - 1) * stride;
    const double* column[width];
    for (int c = 0; c < width; ++c) column[c] = factors + (holds(c) ? first + c * step : first);
    for (index j = 0; j < pairs; ++j) {
      double factor[width];
      for (int c = 0; c < width; ++c) factor[c] = column[c][j * columns];
      for (int r = 0; r < rows; ++r) {
        const double entry = row[r][j];
        for (int c = 0; c < width; ++c) sums[r][c] = kernels::mul_add(entry, factor[c], sums[r][c]);
      }
    }
  }

  /// `row_step`: from one level to the next.
  QBATT_HD void store(double* amplitudes, index row_step) const {
    for (int r = 0; r < rows; ++r)
      for (int c = 0; c < width; ++c)
        if (r < own_rows && holds(c)) amplitudes[r * row_step + first + c * step] = sums[r][c];
  }

private:
  [[nodiscard]] QBATT_HD bool holds(int c) const { return first + c * step < columns; }
};

/// How the work of such sums is cut: item (tile of `rows` levels, group of `width` columns), neighboring threads taking neighboring
/// columns of the same levels, whose vectors they read together.
template <int rows, int width>
struct TilesOfPairs {
  index levels;
  index columns;

  [[nodiscard]] QBATT_HD index groups() const { return (columns + width - 1) / width; }
  [[nodiscard]] QBATT_HD index tiles() const { return (levels + rows - 1) / rows; }
  [[nodiscard]] QBATT_HD index items() const { return tiles() * groups(); }
  [[nodiscard]] QBATT_HD index first_level(index item) const { return item / groups() * rows; }

  [[nodiscard]] QBATT_HD TileOfPairs<rows, width> tile(index item, const double* vectors, index stride,
                                                       const double* factors) const {
    const index level = first_level(item);
    return {vectors + level * stride, stride, levels - level, factors, columns, item % groups(), groups()};
  }
};

/// Item (member, tile of levels, group of columns): likewise for vectors that lie level by level.
template <int rows, int width>
struct SumPairsByLevels {
  PairBatch batch;
  TimeSlab slab;

  [[nodiscard]] QBATT_HD index items() const { return slab.count * cut().items(); }

  QBATT_HD void operator()(index item) const {
    const index member = item / cut().items();
    const index place = item % cut().items();
    const index system = slab.place(member);
    auto tile = cut().tile(place, batch.vector(system, 0), batch.pairs, slab.factors + member * batch.pairs * slab.columns);
    tile.add(batch.own_pairs(system));
    tile.store(slab.amplitudes + (member * batch.n + cut().first_level(place)) * slab.columns, slab.columns);
  }

private:
  [[nodiscard]] QBATT_HD TilesOfPairs<rows, width> cut() const { return {batch.n, slab.columns}; }
};

}  // namespace qbatt::cuda
