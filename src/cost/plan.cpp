#include "cost/plan.hpp"

namespace qbatt {

bool should_fall_back(double pair_defect, double error_bound) {
  constexpr double wrong_pairs = 1e-11;  // well above what rounding leaves of the first term, well below any tolerance in use
  const double rounding = error_bound - pair_defect;
  return !(pair_defect <= wrong_pairs || pair_defect <= rounding);
}

}  // namespace qbatt
