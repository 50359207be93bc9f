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
