#include "support/comparisons.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <limits>

namespace qbatt::test {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr double inf = std::numeric_limits<double>::infinity();

TEST(Within, ComparesTheDistance) {
  EXPECT_TRUE(within(1.0, 1.0, 0.0));
  EXPECT_TRUE(within(1.5, 1.0, 0.5));
  EXPECT_TRUE(within(0.5, 1.0, 0.5));
  EXPECT_FALSE(within(1.5000000001, 1.0, 0.5));
  EXPECT_FALSE(within(0.4999999999, 1.0, 0.5));
  EXPECT_FALSE(within(-1.0, 1.0, 1e-3)) << "wrong sign";
}

TEST(Within, FailsOnWhateverIsNotANumber) {
  EXPECT_FALSE(within(nan, 1.0, 1.0));
  EXPECT_FALSE(within(1.0, nan, 1.0));
  EXPECT_FALSE(within(nan, nan, 1.0));
  EXPECT_FALSE(within(inf, 1.0, 1.0));
  EXPECT_FALSE(within(inf, inf, 1.0));
  EXPECT_FALSE(within(inf, -inf, 1.0));
}

TEST(Within, RefusesATolerancePastUse) {
  for (const double tolerance : std::array{nan, inf, -1.0, -inf}) EXPECT_FALSE(within(1.0, 1.0, tolerance)) << tolerance;
}

TEST(WithinRelative, ScalesWithTheExpectedValue) {
  EXPECT_TRUE(within_relative(1e200 * (1 + 1e-11), 1e200, 1e-10));
  EXPECT_FALSE(within_relative(1e200 * (1 + 1e-9), 1e200, 1e-10));
  EXPECT_TRUE(within_relative(-1e-200 * (1 + 1e-11), -1e-200, 1e-10));
  EXPECT_FALSE(within_relative(1e-200 * (1 + 1e-9), 1e-200, 1e-10));
  EXPECT_FALSE(within_relative(-2.0, 2.0, 0.5)) << "wrong sign";
  EXPECT_TRUE(within_relative(0.0, 0.0, 1e-10));
  EXPECT_FALSE(within_relative(1e-300, 0.0, 1e-10));
}

TEST(WithinRelative, FailsOnWhateverIsNotANumber) {
  EXPECT_FALSE(within_relative(nan, 1.0, 0.5));
  EXPECT_FALSE(within_relative(1.0, nan, 0.5));
  EXPECT_FALSE(within_relative(inf, 1.0, 0.5));
  EXPECT_FALSE(within_relative(1.0, inf, 0.5));
  EXPECT_FALSE(within_relative(inf, inf, 0.5));
}

TEST(WithinRelative, RefusesATolerancePastUse) {
  for (const double tolerance : std::array{nan, inf, -1.0, 1.0}) EXPECT_FALSE(within_relative(1.0, 1.0, tolerance)) << tolerance;
}

TEST(AtMost, IsAFiniteInequality) {
  EXPECT_TRUE(at_most(1.0, 1.0));
  EXPECT_TRUE(at_most(-1.0, 1.0));
  EXPECT_FALSE(at_most(1.0000001, 1.0));
  EXPECT_FALSE(at_most(nan, 1.0));
  EXPECT_FALSE(at_most(1.0, nan));
  EXPECT_FALSE(at_most(1.0, inf));
  EXPECT_FALSE(at_most(-inf, 1.0));
}

TEST(Between, IncludesItsEnds) {
  EXPECT_TRUE(between(0.0, 0.0, 1.0));
  EXPECT_TRUE(between(1.0, 0.0, 1.0));
  EXPECT_FALSE(between(-1e-300, 0.0, 1.0));
  EXPECT_FALSE(between(std::nextafter(1.0, 2.0), 0.0, 1.0));
  EXPECT_FALSE(between(nan, 0.0, 1.0));
  EXPECT_FALSE(between(0.5, nan, 1.0));
  EXPECT_FALSE(between(0.5, 0.0, inf));
}

TEST(SameBits, SeesWhatEqualityDoesNot) {
  EXPECT_TRUE(same_bits(1.0, 1.0));
  EXPECT_TRUE(same_bits(nan, nan));
  EXPECT_FALSE(same_bits(0.0, -0.0));
  EXPECT_FALSE(same_bits(1.0, std::nextafter(1.0, 2.0)));
}

TEST(Comparisons, MessagesShowEveryDigit) {
  EXPECT_STREQ(within(0.1, 0.25, 0.125).message(),
               "0.10000000000000001 is not 0.25: they differ by 0.14999999999999999, allowed is 0.125");
}

}  // namespace
}  // namespace qbatt::test
