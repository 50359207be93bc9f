#pragma once

#include "kernels/cuda/pair_batch.hpp"

// Stages from descriptors to matrices. A stage is a functor over item numbers; its comment says what an item is.
namespace qbatt::cuda {

/// Item (system, level): the level's entries; padding levels stand uncoupled, their diagonal in a dense matrix comes from
/// PlacePadding.
struct WriteEntries {
  PairBatch batch;

  [[nodiscard]] QBATT_HD index items() const { return batch.count * batch.n; }

  QBATT_HD void operator()(index item) const {
    const SystemDescriptor& system = batch.systems[item / batch.n];
    const index k = item % batch.n;
    const auto level = static_cast<double>(k);
    const bool own = k < system.dim;
    batch.diag[item] = own ? kernels::diag(system.model, level) : 0.0;
    batch.diag_size[item] = own ? kernels::diag_size(system.model, level) : 0.0;
    batch.offdiag[item] = k + 1 < system.dim ? kernels::offdiag(system.model, level) : 0.0;
  }
};

/// Item (system): puts the padding above the spectrum, by Gershgorin's discs, at a distance of an eighth of their extent.
struct PlacePadding {
  PairBatch batch;

  [[nodiscard]] QBATT_HD index items() const { return batch.count; }

  QBATT_HD void operator()(index item) const {
    const index dim = batch.systems[item].dim;
    double* const diag = batch.diag + item * batch.n;
    const double* const offdiag = batch.offdiag + item * batch.n;
    double low = 0.0;
    double high = 0.0;
    for (index k = 0; k < dim; ++k) {
      const double radius = (k > 0 ? offdiag[k - 1] : 0.0) + offdiag[k];
      low = fmin(low, diag[k] - radius);
      high = fmax(high, diag[k] + radius);
    }
    for (index k = dim; k < batch.n; ++k) diag[k] = high + 0.125 * (high - low);
  }
};

/// Item (system, column, row): the entry of the explicit matrix, in both triangles.
struct AssembleMatrices {
  PairBatch batch;

  [[nodiscard]] QBATT_HD index items() const { return batch.count * batch.n * batch.n; }

  QBATT_HD void operator()(index item) const {
    const index row = item % batch.n;
    const index column = item / batch.n % batch.n;
    const index first = item / (batch.n * batch.n) * batch.n;  // the system's entries
    double entry = 0.0;
    if (row == column)
      entry = batch.diag[first + row];
    else if (row + 1 == column)
      entry = batch.offdiag[first + row];
    else if (column + 1 == row)
      entry = batch.offdiag[first + column];
    batch.vectors[item] = entry;
  }
};

}  // namespace qbatt::cuda
