#include "chain/bessel.hpp"

#include <gtest/gtest.h>

#include <boost/math/special_functions/bessel.hpp>
#include <cmath>

#include "support/comparisons.hpp"

namespace qbatt::test {
namespace {

const std::vector<double> arguments{1e-300, 1e-20, 1e-3, 0.3, 1.0, 2.404825557695773, 7.7, 31.0, 100.0, 1024.0, 5000.0};

// Both round: Boost's value and the series' own to double.
constexpr double rounding = 4e-16;

TEST(Bessel, SeriesAgreesWithBoost) {
  for (const double x : arguments) {
    const int order = bessel_order(x, 1e-18);
    const std::vector<double> series = bessel_series(x, order);
    ASSERT_EQ(series.size(), static_cast<std::size_t>(order) + 2);
    EXPECT_EQ(series.back(), 0.0);
    for (int n = 0; n <= order; ++n) {
      // In extended precision: in double Boost itself is off by more than the series.
      const auto expected = static_cast<double>((n == 0 ? 1 : 2) * boost::math::cyl_bessel_j(n, static_cast<long double>(x)));
      EXPECT_TRUE(within(series[static_cast<std::size_t>(n)], expected, bessel_series_error(order) + rounding * std::abs(expected)))
          << "x = " << x << ", n = " << n;
    }
  }
}

TEST(Bessel, NothingMovesAtZero) {
  EXPECT_EQ(bessel_order(0.0, 1e-18), 0);
  EXPECT_EQ(bessel_series(0.0, 3), (std::vector<double>{1.0, 0.0, 0.0, 0.0, 0.0}));
}

TEST(Bessel, TailIsABoundAndNotALooseOne) {
  for (const double x : arguments) {
    for (const double tail : {1e-5, 1e-12, 1e-18}) {
      const int order = bessel_order(x, tail);
      EXPECT_TRUE(at_most(bessel_tail(x, order), tail));
      if (static_cast<double>(order) > x) EXPECT_FALSE(bessel_tail(x, order - 1) <= tail) << "x = " << x << ": not the least order";
      double truth = 0.0;
      for (int n = order + 1; n <= order + 60; ++n)
        truth += 2.0 * static_cast<double>(std::abs(boost::math::cyl_bessel_j(n, static_cast<long double>(x))));
      EXPECT_TRUE(at_most(truth, bessel_tail(x, order))) << "x = " << x << ", order " << order;
      if (x > 1) EXPECT_TRUE(at_most(bessel_tail(x, order), 100 * truth)) << "x = " << x << ", order " << order;
    }
  }
}

TEST(Bessel, OrderGrowsByTheCubeRoot) {
  for (const double x : {100.0, 1000.0, 10000.0}) EXPECT_TRUE(between((bessel_order(x, 1e-13) - x) / std::cbrt(x), 8.0, 11.0)) << x;
}

}  // namespace
}  // namespace qbatt::test
