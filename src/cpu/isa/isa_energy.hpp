#pragma once

#include "cpu/isa/isa_products.hpp"
#include "cpu/isa/isa_vectors.hpp"

// The energy as a quadratic form of the phase factors of few pairs: its matrix, and its derivatives in time. Included only by
// isa_kernels.cpp.
namespace qbatt::cpu::inline QBATT_TARGET {

/// Adds superblocks to the matrices of EnergyTask.
class EnergyAccumulator {
public:
  EnergyAccumulator(const EnergyTask& task, double* matrices, double* scratch)
      : task_(task),
        matrices_(matrices),
        chain_(*task.chain),
        values_(scratch),
        weighted_(values_ + row_space(task)),
        vector_scratch_(weighted_ + row_space(task)) {}

  static std::size_t scratch_size(const EnergyTask& task) {
    return static_cast<std::size_t>(2 * row_space(task)) + SuperblockVectors::scratch_size(task.pairs, task.block);
  }

  void add(std::int64_t superblock) {
    SuperblockVectors vectors(chain_, task_.cache, task_.block, task_.pairs, superblock, vector_scratch_);
    const Parts& parts = vectors.parts();
    for (index part = 0; part < parts.count(); ++part) {
      vectors.generate(part, vectors.coefficients(part), 0, task_.pairs.count / group_lanes, values_);
      add_part(parts.first(part), static_cast<int>(parts.last(part) - parts.first(part)));
    }
  }

private:
  static index row_space(const EnergyTask& task) { return (Parts::most_rows + 1) * task.pairs.count; }

  void add_part(index first, int rows) {
    const index count = task_.pairs.count;
    const double center = 0.5 * static_cast<double>(chain_.dim - 1);
    for (int row = 0; row < rows; ++row) {
      const NativeVector k = spread(static_cast<double>(first + row) - center);
      for (index j = 0; j < count; j += native_width) {
        const NativeVector x = k * load_native(values_ + row * count + j);
        __builtin_memcpy(weighted_ + row * count + j, &x, sizeof x);
      }
    }
    const int classes = chain_.constant_diagonal ? 2 : 1;
    for (int c = 0; c < classes; ++c) {
      const int start = classes == 2 ? static_cast<int>((first + c) & 1) : 0;  // first row whose level belongs to the class
      const index class_rows = (rows - start + classes - 1) / classes;
      const index left = task_.rows();
      const index right = task_.columns();
      gram_product({weighted_ + start * count, classes * count}, left, {values_ + start * count + count - right, classes * count},
                   right, class_rows, !task_.cross(), matrices_ + c * left * right, right);
    }
  }

  const EnergyTask& task_;
  double* matrices_;
  kernels::Chain chain_;
  double* values_;    // [row][pair]
  double* weighted_;  // the same, times the distance of the level from the middle of the chain
  double* vector_scratch_;
};

/// E and its slopes, E = sum_ab X_a M_ab Y_b, X and Y both cosines (or both sines) of lambda t, at `energy_times` times: one a
/// lane.
class EnergySlopes {
public:
  static constexpr int registers = energy_times / native_width;
  using Times = Pack<registers>;

  EnergySlopes(const EnergyForm& form, const double* times, double* scratch)
      : form_(form), t_(Times::load(times)), left_(scratch), right_(form.cross ? scratch + form.rows * entry : scratch) {}

  static std::size_t scratch_size(const EnergyForm& form) {
    return static_cast<std::size_t>((form.rows + (form.cross ? form.columns : 0)) * entry);
  }

  void run(double* energies, double* slopes, double* curvatures) {
    fill(form_.row_lambda, form_.rows, left_);
    if (form_.cross) fill(form_.column_lambda, form_.columns, right_);
    Times energy(0.0);
    Times slope(0.0);
    Times curvature(0.0);
    for (index a = 0; a < form_.rows; ++a) add_row(a, energy, slope, curvature);
    energy.store(energies);
    slope.store(slopes);
    curvature.store(curvatures);
  }

private:
  static constexpr index at_once = energy_times;
  static constexpr index entry = 4 * at_once;  // cosine, sine, lambda cosine, lambda sine

  void fill(const double* lambda, index count, double* phases) const {
    for (index j = 0; j < count; ++j) {
      const auto phase = kernels::sine_cosine(Times(lambda[j]) * t_);
      double* const p = phases + j * entry;
      phase.cosine.store(p);
      phase.sine.store(p + at_once);
      (Times(lambda[j]) * phase.cosine).store(p + 2 * at_once);
      (Times(lambda[j]) * phase.sine).store(p + 3 * at_once);
    }
  }

  // With y = M C, z = M (lambda S), w = M (lambda^2 C) and the like for the sines.
  void add_row(index a, Times& energy, Times& slope, Times& curvature) const {
    Times c(0.0), c1(0.0), c2(0.0), s(0.0), s1(0.0), s2(0.0);
    const double* const cosine_row = form_.cosine_matrix + a * form_.columns;
    const double* const sine_row = form_.sine_matrix + a * form_.columns;
    for (index b = 0; b < form_.columns; ++b) {
      const double* const p = right_ + b * entry;
      const double l = form_.column_lambda[b];
      const Times mc(cosine_row[b]);
      const Times ms(sine_row[b]);
      const Times lc(cosine_row[b] * l);
      const Times ls(sine_row[b] * l);
      const Times lambda_cosine = Times::load(p + 2 * at_once);
      const Times lambda_sine = Times::load(p + 3 * at_once);
      c = mul_add(mc, Times::load(p), c);
      s = mul_add(ms, Times::load(p + at_once), s);
      c1 = mul_add(mc, lambda_sine, c1);
      s1 = mul_add(ms, lambda_cosine, s1);
      c2 = mul_add(lc, lambda_cosine, c2);
      s2 = mul_add(ls, lambda_sine, s2);
    }
    const double* const q = left_ + a * entry;
    const Times cosine = Times::load(q);
    const Times sine = Times::load(q + at_once);
    const Times lambda_cosine = Times::load(q + 2 * at_once);
    const Times lambda_sine = Times::load(q + 3 * at_once);
    const Times lambda(form_.row_lambda[a]);
    energy = mul_add(cosine, c, mul_add(sine, s, energy));
    slope = slope + (lambda_cosine * s + sine * s1) - (lambda_sine * c + cosine * c1);
    const Times two(2.0);
    curvature = curvature + two * (lambda_sine * c1 + lambda_cosine * s1) -
                (lambda * (lambda_cosine * c + lambda_sine * s) + (cosine * c2 + sine * s2));
  }

  const EnergyForm& form_;
  Times t_;
  double* left_;   // [row][entry]
  double* right_;  // [column][entry]
};

}  // namespace qbatt::cpu::inline QBATT_TARGET
