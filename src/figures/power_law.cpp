#include "figures/power_law.hpp"

#include <cmath>
#include <cstddef>

namespace qbatt::figures {

PowerLaw fit_power_law(std::span<const double> x, std::span<const double> y) {
  const auto count = static_cast<double>(x.size());
  double mean_x = 0, mean_y = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    mean_x += std::log(x[i]) / count;
    mean_y += std::log(y[i]) / count;
  }
  double squares = 0, products = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    squares += std::pow(std::log(x[i]) - mean_x, 2);
    products += (std::log(x[i]) - mean_x) * (std::log(y[i]) - mean_y);
  }
  const double exponent = products / squares;
  double residuals = 0;
  for (std::size_t i = 0; i < x.size(); ++i)
    residuals += std::pow(std::log(y[i]) - mean_y - exponent * (std::log(x[i]) - mean_x), 2);
  return {exponent, std::exp(mean_y - exponent * mean_x), std::sqrt(residuals / ((count - 2) * squares))};
}

}  // namespace qbatt::figures
