#pragma once

#include <span>

namespace qbatt::figures {

/// y = factor x^exponent, by least squares of ln y over ln x, every point with the same weight.
struct PowerLaw {
  double exponent;
  double factor;
  /// Of the exponent, from the scatter of ln y: sqrt(sum of squared residuals / ((n - 2) sum of (ln x - mean)^2)). For computed
  /// numbers, which do not scatter, it tells how far y is from a power law.
  double standard_error;
};

/// At least three points with x and y > 0, x not all equal.
PowerLaw fit_power_law(std::span<const double> x, std::span<const double> y);

}  // namespace qbatt::figures
