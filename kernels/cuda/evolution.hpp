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

/// Item (member): where its matrices stand, for the batched product.
struct WritePointers {
  PairBatch batch;
  TimeSlab slab;
  const double** factors;
  const double** vectors;
  double** amplitudes;

  [[nodiscard]] QBATT_HD index items() const { return slab.count; }

  QBATT_HD void operator()(index member) const {
    factors[member] = slab.factors + member * batch.pairs * slab.columns;
    vectors[member] = batch.vector(slab.place(member), 0);
    amplitudes[member] = slab.amplitudes + member * batch.n * slab.columns;
  }
};

}  // namespace qbatt::cuda
