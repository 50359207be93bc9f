#include "solve/plan.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace qbatt {

bool should_fall_back(double pair_defect, double error_bound) {
  constexpr double wrong_pairs = 1e-11;  // well above what rounding leaves of the first term, well below any tolerance in use
  const double rounding = error_bound - pair_defect;
  return !(pair_defect <= wrong_pairs || pair_defect <= rounding);
}

std::span<const Solver> fallback_solvers(const CentralSpin& system, bool has_dense) {
  constexpr std::int64_t milliseconds = 256;
  constexpr std::int64_t minutes = 3000;
  static constexpr std::array solvers{Solver::chebyshev, Solver::dense};
  const auto all = std::span(solvers);
  if (!has_dense || system.dim() > minutes) {
    return all.first(1);
  }
  return system.dim() <= milliseconds ? all.last(1) : all;
}

double predicted_pairs(const CentralSpin& system) {
  const auto d = static_cast<double>(system.dim());
  const bool logarithmic = system.constant_diagonal() && system.m == system.n_c;
  // n_eig grows like log d at resonance with a full charger and like sqrt d elsewhere.
  return std::min(d, logarithmic ? 40.0 + 14.0 * std::log2(d) : 8.0 * std::sqrt(d) + 60.0);
}

double predicted_cost(const CentralSpin& system) {
  // Symmetries halve levels and pairs.
  return static_cast<double>(system.dim()) * predicted_pairs(system) * (system.mirror_symmetric() ? 0.5 : 1.0) *
         (system.constant_diagonal() ? 0.5 : 1.0);
}

}  // namespace qbatt
