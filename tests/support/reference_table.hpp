#pragma once

#include <cstdint>
#include <vector>

#include "qbatt/central_spin.hpp"

namespace qbatt::test {

/// The battery's state at one time, as tests/data/README.md describes it.
struct ReferenceState {
  double t = 0;
  double energy_per_wb = 0;
  double entropy_bits = 0;
  double purity = 0;
  double variance_per_wb2 = 0;
  double ergotropy_per_wb = 0;  ///< in the symmetric space
  double p_max = 0;
  double sum_sqrt_p = 0;
  std::vector<double> p_head;  ///< p_0, p_1, ...
  std::vector<double> p_tail;  ///< ..., p_{d-2}, p_{d-1}
};

struct ReferenceSystem {
  CentralSpin system;
  std::int64_t dim = 0;
  ReferenceState first_peak;
  std::vector<ReferenceState> samples;  ///< at sample_times
};

/// The times of the samples in units of 1/a_0.
inline constexpr double sample_times[] = {0.3, 1.7, 6.0};

/// All systems of tests/data/first_peak.json in the order of the file; read once.
const std::vector<ReferenceSystem>& reference_table();

}  // namespace qbatt::test
