#include "charge/little_charge.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <numbers>
#include <vector>

#include "support/comparisons.hpp"

namespace qbatt::test {
namespace {

// In units of 1e-18, by hand.
TEST(LittleCharge, APassiveStateGivesNothing) {
  const LittleCharge little = LittleCharge::of(std::vector{1.0, 1e-18, 0.0});
  EXPECT_EQ(little.ergotropy, 0.0);
  EXPECT_EQ(little.ergotropy_full, 0.0);
  EXPECT_TRUE(within_relative(little.entropy, 1e-18 * (18 * std::log2(10.0) + std::numbers::log2e), 1e-14));
  EXPECT_TRUE(within_relative(little.renyi2, 2e-18 * std::numbers::log2e, 1e-14));
}

TEST(LittleCharge, FarLevelsAreExtracted) {
  // 1e-40 on level 1, 1e-20 on level 3: sorted they stand on the levels 1 and 2.
  const LittleCharge little = LittleCharge::of(std::vector{1.0, 1e-40, 0.0, 1e-20});
  EXPECT_TRUE(within_relative(little.ergotropy, 2e-20, 1e-14));
  EXPECT_TRUE(within_relative(little.ergotropy_full, 2e-20, 1e-14));
}

TEST(LittleCharge, IsWhatTheSumsOverAllLevelsAreWhereTheyDoNotCancel) {
  const std::vector<double> p{0.75, 0.0625, 0.125, 0.0625};
  const LittleCharge little = LittleCharge::of(p);
  EXPECT_TRUE(within(little.ergotropy, 0.0625 + 0.25 + 0.1875 - (0.125 + 0.125 + 0.1875), 1e-15));
  EXPECT_TRUE(within(little.ergotropy_full, 0.5 - 0.25, 1e-15));
  EXPECT_TRUE(within(little.entropy, -0.75 * std::log2(0.75) + 0.25 + 0.375 + 0.25, 1e-15));
  EXPECT_TRUE(within(little.renyi2, -std::log2(0.5625 + 0.015625 + 2 * 0.00390625), 1e-15));
  EXPECT_TRUE(within(little.purity, 0.5625 + 0.015625 + 2 * 0.00390625, 1e-15));
}

TEST(LittleCharge, AnEmptyBatteryHoldsNothing) {
  const LittleCharge little = LittleCharge::of(std::vector{1.0, 0.0});
  EXPECT_EQ(little.entropy, 0.0);
  EXPECT_EQ(little.renyi2, 0.0);
  EXPECT_EQ(little.ergotropy, 0.0);
  EXPECT_EQ(little.ergotropy_full, 0.0);
}

EarlyStates early_of(const LevelChain& chain) {
  const WeightedChain whole{&chain, 1.0};
  return EarlyStates({&whole, 1}, chain.rabi);
}

// One battery spin: p_1 = sin^2(t).
TEST(EarlyStates, AreThoseOfTwoLevels) {
  const LevelChain chain = chain_of(CentralSpin::resonant(1, 4));
  const EarlyStates early = early_of(chain);
  ASSERT_EQ(early.levels(), 2U);
  EXPECT_TRUE(early.hold(0.0));
  EXPECT_FALSE(early.hold(1e-3));
  EXPECT_FALSE(early.hold(std::nan("")));
  for (const double t : {9e-7, 1e-9, 1e-30, 1e-150}) {
    ASSERT_TRUE(early.hold(t));
    const EarlyStates::State state = early.at(t);
    const double p = std::sin(t) * std::sin(t);
    EXPECT_TRUE(within_relative(state.populations[1], p, 1e-15)) << t;
    EXPECT_TRUE(within_relative(state.report.sums.mean * state.report.sums.norm, p, 1e-15)) << t;
    EXPECT_TRUE(within_relative(state.report.sums.flow, std::sin(2 * t), 1e-15)) << t;
    EXPECT_TRUE(within_relative(state.report.last_population, p, 1e-15)) << t;
    EXPECT_TRUE(within(state.report.sums.norm, 1.0, 1e-15)) << t;
  }
}

// The first terms of p_k = (t^k / k! prod b)^2.
TEST(EarlyStates, OfALongChainClimbStepByStep) {
  const LevelChain chain = chain_of({.n_b = 30, .n_c = 40, .m = 25, .omega_c = 2, .ising = 0.3});
  const EarlyStates early = early_of(chain);
  ASSERT_EQ(early.levels(), EarlyStates::most_levels);
  const double t = 1e-8;
  ASSERT_TRUE(early.hold(t));
  const EarlyStates::State state = early.at(t);
  double amplitude = 1.0;
  for (std::size_t k = 1; k < early.levels(); ++k) {
    amplitude *= t / static_cast<double>(k) * kernels::offdiag(chain.model, static_cast<double>(k - 1));
    EXPECT_TRUE(within_relative(state.populations[k], amplitude * amplitude, 1e-6)) << k;
  }
  EXPECT_EQ(state.report.last_population, 0.0);
}

TEST(EarlyStates, HoldAtTheStartOfAnyChain) {
  const LevelChain chain = chain_of({.n_b = 4, .n_c = 4, .m = 4, .coupling = 1e-200, .ising = 1e300});
  const EarlyStates early = early_of(chain);
  EXPECT_TRUE(early.hold(0.0));
  EXPECT_FALSE(early.hold(1e-300));
  const EarlyStates::State state = early.at(0.0);
  EXPECT_EQ(state.report.sums.norm, 1.0);
  EXPECT_EQ(state.report.sums.mean, 0.0);
  EXPECT_EQ(state.populations[0], 1.0);
}

TEST(EarlyStates, HoldNoLaterThanTheLatestTime) {
  const double later = 1.001 * EarlyStates::latest;
  for (const std::int64_t n : {1, 2, 3, 50}) {
    const LevelChain chain = chain_of(CentralSpin::resonant(n, 2 * n));
    EXPECT_FALSE(early_of(chain).hold(later)) << n;
  }
  // a_0 of a mixture is the root of sum w a_0^2.
  const LevelChain slow = chain_of(CentralSpin::resonant(1, 1)), fast = chain_of(CentralSpin::resonant(1, 9));
  const std::array chains{WeightedChain{&slow, 0.9}, WeightedChain{&fast, 0.1}};
  EXPECT_FALSE(EarlyStates(chains, std::sqrt(0.9 * slow.rabi * slow.rabi + 0.1 * fast.rabi * fast.rabi)).hold(later));
}

// A quarter of the time of a chain of one spin, three quarters one in which nothing moves: p_1 = sin^2(2 t) / 4 with a_0 = 1.
TEST(EarlyStates, OfAMixtureAreTheirMean) {
  const LevelChain moving = chain_of(CentralSpin::resonant(1, 4)), still = chain_of({.n_b = 1, .n_c = 4, .m = 0});
  const std::array chains{WeightedChain{&moving, 0.25}, WeightedChain{&still, 0.75}};
  const EarlyStates early(chains, 1.0);
  const double t = 1e-9;
  ASSERT_TRUE(early.hold(t));
  const EarlyStates::State state = early.at(t);
  EXPECT_TRUE(within_relative(state.populations[1], 0.25 * std::pow(std::sin(2 * t), 2), 1e-15));
  EXPECT_TRUE(within_relative(state.report.sums.flow, 0.5 * std::sin(4 * t), 1e-15));
  EXPECT_TRUE(within(state.report.sums.norm, 1.0, 1e-15));
}

}  // namespace
}  // namespace qbatt::test
