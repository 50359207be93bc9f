#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <limits>

#include "kernels/peak.hpp"
#include "support/comparisons.hpp"

namespace qbatt::test {
namespace {

using Function = std::function<double(double)>;

/// Runs the search on a slope and its derivative.
kernels::PeakSearch search(double step, const Function& slope, const Function& curvature) {
  kernels::PeakSearch s(step, curvature(0.0));
  while (!s.finished()) {
    kernels::SlopeSample samples[kernels::PeakSearch::most_samples];
    for (int i = 0; i < s.count(); ++i) samples[i] = {s.time(i), slope(s.time(i)), curvature(s.time(i))};
    s.absorb(samples);
  }
  return s;
}

TEST(PeakSearch, FindsTheFullTransferOfTwoLevels) {
  for (const double step : {1e-3, 0.1, 0.8, 2.0}) {
    const auto s = search(
        step, [](double t) { return std::sin(2 * t); }, [](double t) { return 2 * std::cos(2 * t); });
    ASSERT_TRUE(s.found());
    EXPECT_TRUE(within_relative(s.peak(), M_PI / 2, 1e-15)) << step;
  }
}

// E'(t) = t ((t - 1)^2 + gap) (3 - t): a shoulder at t = 1 where the slope nearly, or for a negative gap truly, vanishes.
double shoulder(double t, double gap) {
  return t * ((t - 1) * (t - 1) + gap) * (3 - t);
}
double shoulder_change(double t, double gap) {
  return ((t - 1) * (t - 1) + gap) * (3 - 2 * t) + t * 2 * (t - 1) * (3 - t);
}

TEST(PeakSearch, PassesAShoulderThatDoesNotTouchZero) {
  for (const double gap : {1e-1, 1e-3, 1e-6, 1e-9}) {
    const auto s = search(
        0.3, [&](double t) { return shoulder(t, gap); }, [&](double t) { return shoulder_change(t, gap); });
    ASSERT_TRUE(s.found());
    EXPECT_TRUE(within_relative(s.peak(), 3.0, 1e-13)) << gap;
  }
}

TEST(PeakSearch, StopsAtADipThatCrossesZeroBetweenSamples) {
  for (const double depth : {1e-2, 1e-4, 1e-6, 1e-8}) {
    const auto s = search(
        0.3, [&](double t) { return shoulder(t, -depth); }, [&](double t) { return shoulder_change(t, -depth); });
    ASSERT_TRUE(s.found());
    EXPECT_TRUE(within_relative(s.peak(), 1.0 - std::sqrt(depth), 1e-9)) << depth;
  }
}

TEST(PeakSearch, SeesAFastOscillationOnASlowRise) {
  // E' = sin(t/4) + 2 sin(20 t): the first change of sign belongs to the fast part.
  const auto slope = [](double t) { return std::sin(0.25 * t) + 2 * std::sin(20 * t); };
  const auto change = [](double t) { return 0.25 * std::cos(0.25 * t) + 40 * std::cos(20 * t); };
  const auto s = search(0.05, slope, change);
  ASSERT_TRUE(s.found());
  EXPECT_TRUE(between(s.peak(), M_PI / 20, 1.05 * M_PI / 20));
  EXPECT_TRUE(within(slope(s.peak()), 0.0, 1e-12));
}

TEST(PeakSearch, GivesUpOnNumbersThatAreNone) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_FALSE(search(
                   0.1, [&](double) { return nan; }, [&](double) { return 1.0; })
                   .found());
  EXPECT_FALSE(search(
                   0.1, [](double) { return HUGE_VAL; }, [](double) { return 1.0; })
                   .found());
}

TEST(PeakSearch, GivesUpWhereTheSlopeNeverFalls) {
  const auto s = search(
      0.1, [](double t) { return t; }, [](double) { return 1.0; });
  EXPECT_FALSE(s.found());
}

}  // namespace
}  // namespace qbatt::test
