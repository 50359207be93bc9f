#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <vector>

#include "kernels/observe.hpp"
#include "support/comparisons.hpp"

namespace qbatt::test {
namespace {

constexpr double tolerance = 1e-15;

TEST(StateSums, MomentsOfThreeLevelsByHand) {
  kernels::StateSums s;
  kernels::add_moments(s, 0, 0.5);
  kernels::add_moments(s, 1, 0.25);
  kernels::add_moments(s, 2, 0.25);
  EXPECT_TRUE(within(s.norm, 1.0, tolerance));
  EXPECT_TRUE(within(s.mean, 0.75, tolerance));
  EXPECT_TRUE(within(s.spread, 0.6875, tolerance));
}

TEST(StateSums, InformationByHand) {
  kernels::StateSums s;
  for (const double p : {0.5, 0.25, 0.25, 0.0}) kernels::add_information(s, p);
  EXPECT_TRUE(within(s.entropy, 1.5, tolerance));
  EXPECT_TRUE(within(s.purity, 0.375, tolerance));
  EXPECT_TRUE(within(s.root_sum, std::sqrt(0.5) + 1.0, tolerance));
  EXPECT_TRUE(within(s.largest, 0.5, tolerance));
}

TEST(StateSums, MergingIsTheSameAsAddingTogether) {
  kernels::StateSums whole;
  kernels::StateSums low;
  kernels::StateSums high;
  for (int k = 0; k < 100; ++k) {
    const double p = 0.01 + 0.005 * std::sin(k);
    kernels::add_moments(whole, k, p);
    kernels::add_moments(k < 37 ? low : high, k, p);
  }
  const kernels::StateSums merged = kernels::merge(low, high);
  EXPECT_TRUE(within_relative(merged.mean, whole.mean, 1e-14));
  EXPECT_TRUE(within_relative(merged.spread, whole.spread, 1e-14));
  EXPECT_TRUE(within_relative(merged.norm, whole.norm, 1e-14));
}

TEST(MomentLanes, MergeLikeStateSums) {
  using Moments = kernels::MomentLanes<double>;
  const Moments merged = kernels::merge(Moments{0.3, 5.0, 0.2}, Moments{0.1, 9.0, 0.4});
  const kernels::StateSums expected =
      kernels::merge({.norm = 0.3, .mean = 5.0, .spread = 0.2}, kernels::StateSums{.norm = 0.1, .mean = 9.0, .spread = 0.4});
  EXPECT_TRUE(within(merged.norm, expected.norm, tolerance));
  EXPECT_TRUE(within(merged.mean, expected.mean, 4.0 * tolerance));
  EXPECT_TRUE(within(merged.spread, expected.spread, 4.0 * tolerance));
  const Moments nothing = kernels::merge(Moments{}, Moments{});
  EXPECT_EQ(nothing.norm, 0.0);
  EXPECT_EQ(nothing.mean, 0.0);
  EXPECT_EQ(nothing.spread, 0.0);
}

TEST(InformationLanes, TheSmallestPopulationsHaveNoLogarithm) {
  kernels::InformationLanes<double> information;
  for (const double p : {0.5, 0.25, 0.25, 1e-31, 0.0}) information.add(p);
  EXPECT_TRUE(within(information.entropy, 1.5, tolerance));
  EXPECT_TRUE(within(information.root_sum, std::sqrt(0.5) + 1.0, tolerance));
}

TEST(StateSums, VarianceFarFromZeroKeepsItsDigits) {
  kernels::StateSums s;
  kernels::add_moments(s, 1e9, 0.5);
  kernels::add_moments(s, 1e9 + 2, 0.5);
  EXPECT_TRUE(within(s.spread, 1.0, tolerance));
}

TEST(Ergotropy, PassiveLevelByHand) {
  const std::vector<double> descending{0.6, 0.3, 0.1};
  EXPECT_TRUE(within(kernels::passive_level(descending.data(), 3), 0.3 + 0.2, tolerance));
  EXPECT_EQ(kernels::passive_level(descending.data(), 0), 0.0);
}

TEST(Ergotropy, WhatIsLeftOutCannotMatter) {
  // All levels of a chain just below the limit: sum_j j p_j per cell stays under 1e-16.
  const double d = 1e9;
  EXPECT_LE(kernels::negligible_population(1'000'000'000) * 0.5 * d * d / d, 1e-16);
}

/// Two levels that turn into each other: psi = (cos t, -i sin t), <k> = sin^2 t, offdiag = 1.
struct TwoLevels {
  double re[2];
  double im[2];
  double offdiag[2] = {1.0, 0.0};
  double diag[2] = {0.0, 0.0};

  explicit TwoLevels(double t) : re{std::cos(t), 0.0}, im{0.0, -std::sin(t)} {}
  [[nodiscard]] kernels::AmplitudeBlock block() const { return {0, 1, 2, false, re, im, offdiag, diag}; }
};

TEST(Observe, FlowIsTheDerivativeOfTheLevel) {
  for (const double t : {0.1, 0.7, 1.5, 2.4}) {
    const TwoLevels state(t);
    kernels::StateSums s;
    kernels::observe_slopes(state.block(), s);
    EXPECT_TRUE(within(s.flow, std::sin(2 * t), 1e-15)) << t;
    EXPECT_TRUE(within(s.flow_change, 2 * std::cos(2 * t), 1e-15)) << t;
  }
}

TEST(Observe, RealAmplitudesMeanTheSameState) {
  const double t = 0.7;
  const TwoLevels complex(t);
  const double real[2] = {std::cos(t), std::sin(t)};  // re of even levels, -im of odd ones
  kernels::AmplitudeBlock block = complex.block();
  block.re = real;
  block.im = nullptr;
  kernels::StateSums a;
  kernels::StateSums b;
  kernels::observe_slopes(complex.block(), a);
  kernels::observe_slopes(block, b);
  EXPECT_TRUE(same_bits(a.flow, b.flow));
  EXPECT_TRUE(same_bits(a.flow_change, b.flow_change));
  EXPECT_TRUE(within(kernels::start_defect_square(block), kernels::start_defect_square(complex.block()), tolerance));
}

TEST(Observe, ADescendingBlockIsTheSameChainReadFromAbove) {
  const double re[3] = {0.2, -0.4, 0.6};
  const double im[3] = {0.5, 0.1, -0.3};
  const double offdiag[3] = {1.5, 1.5, 0.0};  // mirror symmetric: the same from both ends
  const double diag[3] = {0.0, 0.7, 0.0};
  const double re_reversed[3] = {0.6, -0.4, 0.2};
  const double im_reversed[3] = {-0.3, 0.1, 0.5};
  kernels::StateSums up;
  kernels::StateSums down;
  kernels::observe_slopes({0, 1, 3, false, re, im, offdiag, diag}, up);
  kernels::observe_slopes({2, -1, 3, false, re_reversed, im_reversed, offdiag, diag}, down);
  EXPECT_TRUE(within(down.flow, up.flow, tolerance));
  EXPECT_TRUE(within(down.flow_change, up.flow_change, tolerance));
}

}  // namespace
}  // namespace qbatt::test
