#pragma once

#include "kernels/lane.hpp"

namespace qbatt::kernels::inline QBATT_TARGET {

/// Populations below this add less than 1e-10 to sum_j j p_j for any chain of up to 10^10 levels and are left out of the sorting.
inline constexpr double negligible_population = 1e-30;

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
