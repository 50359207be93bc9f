#pragma once

#include "kernels/cuda/dense_batch.hpp"

// Stages from eigenpairs to certificates.
namespace qbatt::cuda {

/// What the certificate needs of every pair and level. Views of [count][n] each.
struct Evidence {
  kernels::Residual<>* residuals;
  double* weights;  ///< c_j^2
  double* defects;  ///< (sum_j c_j v_j - e_0)_k
};

/// Item (system, pair).
struct MeasurePairs {
  DenseBatch batch;
  Evidence evidence;

  [[nodiscard]] QBATT_HD index items() const { return batch.count * batch.n; }

  QBATT_HD void operator()(index item) const {
    const index system = item / batch.n;
    const index j = item % batch.n;
    if (j < batch.systems[system].dim) {
      const double c = batch.coefficient(system, j);
      evidence.weights[item] = c * c;
      evidence.residuals[item] =
          kernels::pair_residual(batch.tridiagonal(system), batch.vector(system, j), batch.eigenvalues[item]);
    }
  }
};

/// Item (system, level).
struct MeasureStart {
  DenseBatch batch;
  Evidence evidence;

  [[nodiscard]] QBATT_HD index items() const { return batch.count * batch.n; }

  QBATT_HD void operator()(index item) const {
    const index system = item / batch.n;
    const index k = item % batch.n;
    const index dim = batch.systems[system].dim;
    if (k < dim) {
      double sum = 0.0;
      for (index j = 0; j < dim; ++j) {
        sum += batch.coefficient(system, j) * batch.vector(system, j)[k];
      }
      evidence.defects[item] = k == 0 ? sum - 1.0 : sum;
    }
  }
};

/// What is known of a system once it is diagonalized.
struct PairSummary {
  kernels::Certificate certificate;
  double bandwidth = 0;  ///< see kernels::energy_bandwidth
  int info = 0;          ///< of the diagonalization; 0: there are pairs, which the certificate judges
};

/// Item (system): sums in ascending order of pairs and levels.
struct Certify {
  DenseBatch batch;
  Evidence evidence;
  PairSummary* summaries;  ///< [count]

  [[nodiscard]] QBATT_HD index items() const { return batch.count; }

  QBATT_HD void operator()(index system) const {
    const index first = system * batch.n;
    const index dim = batch.systems[system].dim;
    PairSummary summary;
    double defect_square = 0.0;
    for (index j = 0; j < dim; ++j) {
      summary.certificate.add_pair(batch.coefficient(system, j), batch.eigenvalues[first + j], evidence.residuals[first + j], dim);
      defect_square += evidence.defects[first + j] * evidence.defects[first + j];
    }
    summary.certificate.start_defect = sqrt(defect_square);
    if (batch.constant_diagonal) {
      allow_for_real_arithmetic(summary.certificate);
    }
    summary.bandwidth = kernels::energy_bandwidth(batch.eigenvalues + first, evidence.weights + first, dim);
    // n + 1: sweeps ran out above the tolerance. What the pairs are worth all the same, the residuals say.
    summary.info = batch.info[system] == batch.n + 1 ? 0 : batch.info[system];
    summaries[system] = summary;
  }

private:
  /// Re psi - Im psi stands for psi where one of them vanishes: an error of size e in psi is at most sqrt(2) e in that.
  QBATT_HD static void allow_for_real_arithmetic(kernels::Certificate& certificate) {
    constexpr double root_two = 1.4142135623730951;
    certificate.start_defect *= root_two;
    certificate.defect_rate *= root_two;
    certificate.rounding_rate *= root_two;
    certificate.rounding *= root_two;
  }
};

}  // namespace qbatt::cuda
