#pragma once

#include "kernels/lane.hpp"

namespace qbatt::kernels::inline QBATT_TARGET {

/// Populations below this are left out of the sorting: all of them together change the energy per cell by less than 1e-16.
QBATT_HD inline double negligible_population(index dim) {
  return 1e-16 / static_cast<double>(dim);
}

/// sum_j j p_j over populations sorted in descending order: the energy, in units of omega_b, that no unitary of the symmetric space
/// can extract. Shape: descending[count].
QBATT_HD inline double passive_level(const double* descending, index count) {
  double sum = 0.0;
  for (index j = count; j-- > 0;) {  // smallest terms first
    sum += static_cast<double>(j) * descending[j];
  }
  return sum;
}

}  // namespace qbatt::kernels::inline QBATT_TARGET
