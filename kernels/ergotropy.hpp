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
  for (index j = count; j-- > 0;)  // smallest terms first
    sum += static_cast<double>(j) * descending[j];
  return sum;
}

/// The steps of Batcher's odd-even merging for so many values (Knuth, TAOCP 3, 5.2.2 M), in their order: each(p, r, distance) is to
/// compare value i with value i + distance for all i with (i & p) == r and i + distance < count, which do not meet each other.
template <class Each>
QBATT_HD QBATT_INLINE void for_merging_steps(index count, const Each& each) {
  index top = 1;
  while (2 * top < count) top *= 2;
  for (index p = top; count > 1 && p > 0; p /= 2) {
    index r = 0;
    index distance = p;
    for (index q = top; q >= p; q /= 2) {
      each(p, r, distance);
      distance = q - p;
      r = p;
    }
  }
}

/// Sorts values[0], values[stride], ... in descending order, lane by lane.
template <class Lane>
QBATT_HD void sort_descending(double* values, index count, index stride) {
  const auto order = [&](index i, index j) {
    Lane first;
    Lane second;
    load(first, values + i * stride);
    load(second, values + j * stride);
    store(larger(first, second), values + i * stride);
    store(select(less(first, second), first, second), values + j * stride);
  };
  for_merging_steps(count, [&](index p, index r, index distance) {
    for (index i = 0; i + distance < count; ++i)
      if ((i & p) == r) order(i, i + distance);
  });
}

}  // namespace qbatt::kernels::inline QBATT_TARGET
