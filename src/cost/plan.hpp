#pragma once

namespace qbatt {

/// Whether another solver should be tried, since wrong or missing pairs, and not rounding, spoil a result: `pair_defect` is the
/// certificate without rounding, `error_bound` all of it; both NaN where there is no result.
bool should_fall_back(double pair_defect, double error_bound);

/// Levels times orders that `chebyshev` may spend unasked on one system: some ten seconds.
inline constexpr double chebyshev_work_limit = 3e10;

}  // namespace qbatt
