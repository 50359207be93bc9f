#pragma once

#include "kernels/cuda/pair_batch.hpp"

// Stages from eigenpairs to certificates.
namespace qbatt::cuda {

/// What the certificate needs of every pair and level. Views.
struct Evidence {
  kernels::Residual<>* residuals;  ///< [count][pairs]
  double* weights;                 ///< [count][pairs] c_j^2
  double* defects;                 ///< [count][n] (sum_j c_j v_j - e_0)_k
};

/// Item (system, pair).
struct MeasurePairs {
  PairBatch batch;
  Evidence evidence;

  [[nodiscard]] QBATT_HD index items() const { return batch.count * batch.pairs; }

  QBATT_HD void operator()(index item) const {
    const index system = item / batch.pairs;
    const index j = item % batch.pairs;
    if (j < batch.own_pairs(system)) {
      const double c = batch.coefficient(system, j);
      evidence.weights[item] = c * c;
      evidence.residuals[item] =
          kernels::pair_residual(batch.tridiagonal(system), batch.vector(system, j), batch.level_stride(), batch.eigenvalues[item]);
    }
  }
};

/// Item (system, level).
struct MeasureStart {
  PairBatch batch;
  Evidence evidence;

  [[nodiscard]] QBATT_HD index items() const { return batch.count * batch.n; }

  QBATT_HD void operator()(index item) const {
    const index system = item / batch.n;
    const index k = item % batch.n;
    const index dim = batch.systems[system].dim;
    if (k < dim) {
      double sum = 0.0;
      for (index j = 0; j < batch.own_pairs(system); ++j)
        sum += batch.coefficient(system, j) * batch.vector(system, j)[k * batch.level_stride()];
      evidence.defects[item] = k == 0 ? sum - 1.0 : sum;
    }
  }
};

/// What is known of a system once it is diagonalized.
struct PairSummary {
  kernels::Certificate certificate;
  double bandwidth = 0;  ///< see kernels::energy_bandwidth
  index info = 0;        ///< 0: there are pairs, which the certificate judges
  index pairs = 0;       ///< held
};
static_assert(sizeof(PairSummary) == sizeof(kernels::Certificate) + sizeof(double) + 2 * sizeof(index),
              "it is copied as a whole: padding would be copied unwritten");

/// Re psi - Im psi stands for psi where one of them vanishes: an error of size e in psi is at most sqrt(2) e in that.
QBATT_HD inline void allow_for_real_arithmetic(kernels::Certificate& certificate) {
  constexpr double root_two = 1.4142135623730951;
  certificate.start_defect *= root_two;
  certificate.defect_rate *= root_two;
  certificate.rounding_rate *= root_two;
  certificate.rounding *= root_two;
}

/// Item (system): sums in ascending order of pairs and levels.
struct Certify {
  PairBatch batch;
  Evidence evidence;
  PairSummary* summaries;  ///< [count]

  [[nodiscard]] QBATT_HD index items() const { return batch.count; }

  QBATT_HD void operator()(index system) const {
    const index first = system * batch.pairs;
    const index own = batch.own_pairs(system);
    PairSummary summary;
    summary.pairs = own;
    for (index j = 0; j < own; ++j)
      summary.certificate.add_pair(batch.coefficient(system, j), batch.eigenvalues[first + j], evidence.residuals[first + j], own);
    double defect_square = 0.0;
    for (index k = 0; k < batch.systems[system].dim; ++k) {
      const double defect = evidence.defects[system * batch.n + k];
      defect_square += defect * defect;
    }
    summary.certificate.start_defect = sqrt(defect_square);
    if (batch.constant_diagonal) allow_for_real_arithmetic(summary.certificate);
    summary.bandwidth = kernels::energy_bandwidth(batch.eigenvalues + first, evidence.weights + first, own);
    // Shooting hands no code over.
    summary.info = batch.held == nullptr ? dense_info(batch.info[system]) : (kernels::is_hopeless(summary.certificate) ? 1 : 0);
    summaries[system] = summary;
  }

private:
  /// n + 1: sweeps ran out above the tolerance. What the pairs are worth all the same, the residuals say.
  [[nodiscard]] QBATT_HD int dense_info(int info) const { return info == batch.n + 1 ? 0 : info; }
};

}  // namespace qbatt::cuda
