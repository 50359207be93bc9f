#include "figures/power_law.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>

#include "support/comparisons.hpp"

namespace qbatt::figures {
namespace {

using test::within;

TEST(PowerLaws, AreFoundWithoutError) {
  const std::array x{1.0, 2.0, 5.0, 40.0};
  std::array<double, 4> y{};
  for (std::size_t i = 0; i < x.size(); ++i) y[i] = 3 * std::pow(x[i], -0.75);
  const PowerLaw law = fit_power_law(x, y);
  EXPECT_TRUE(within(law.exponent, -0.75, 1e-14));
  EXPECT_TRUE(within(law.factor, 3, 1e-13));
  EXPECT_TRUE(within(law.standard_error, 0, 1e-14));
}

// By hand: ln x = -1, 0, 1 and ln y = 0, 1, 0 give the exponent 0, ln factor = 1/3, residuals -1/3, 2/3, -1/3, and the standard
// error sqrt(6/9 / (1 * 2)).
TEST(PowerLaws, HaveTheStandardErrorOfTheirScatter) {
  const std::array x{std::exp(-1.0), 1.0, std::exp(1.0)};
  const std::array y{1.0, std::exp(1.0), 1.0};
  const PowerLaw law = fit_power_law(x, y);
  EXPECT_TRUE(within(law.exponent, 0, 1e-15));
  EXPECT_TRUE(within(law.factor, std::exp(1.0 / 3), 1e-14));
  EXPECT_TRUE(within(law.standard_error, std::sqrt(1.0 / 3), 1e-14));
}

}  // namespace
}  // namespace qbatt::figures
