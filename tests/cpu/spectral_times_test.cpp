#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "cpu/spectral/spectral.hpp"
#include "support/comparisons.hpp"

// Many times are streamed with a time a lane, few with a level a lane: the same states.
namespace qbatt::test {
namespace {

void expect_same_state(const StateReport& actual, const StateReport& expected, double levels) {
  constexpr double tolerance = 1e-12;  // amplitudes are sums of up to some hundred terms of either sign
  EXPECT_TRUE(within(actual.sums.norm, expected.sums.norm, tolerance));
  EXPECT_TRUE(within(actual.sums.mean, expected.sums.mean, tolerance * levels));
  EXPECT_TRUE(within(actual.sums.spread, expected.sums.spread, tolerance * levels * levels));
  EXPECT_TRUE(within(actual.sums.entropy, expected.sums.entropy, 10.0 * tolerance));
  EXPECT_TRUE(within(actual.sums.purity, expected.sums.purity, tolerance));
  EXPECT_TRUE(within(actual.sums.root_sum, expected.sums.root_sum, tolerance * levels));
  EXPECT_TRUE(within(actual.sums.largest, expected.sums.largest, tolerance));
  EXPECT_TRUE(within(actual.sums.flow, expected.sums.flow, tolerance * levels));
  EXPECT_TRUE(within(actual.sums.flow_change, expected.sums.flow_change, tolerance * levels * levels));
  EXPECT_TRUE(within(actual.passive_level, expected.passive_level, tolerance * levels));
  EXPECT_TRUE(within(actual.last_population, expected.last_population, tolerance));
}

void expect_many_times_as_one_by_one(const CentralSpin& system) {
  SCOPED_TRACE(system.dim());
  const auto propagator = cpu::make_spectral_states(chain_of(system), {});
  const auto dim = static_cast<std::size_t>(system.dim());
  std::vector<double> times(55);
  for (std::size_t i = 0; i < times.size(); ++i) times[i] = 0.11 * static_cast<double>(i);
  std::vector<StateReport> many(times.size());
  std::vector<double> populations(times.size() * dim);
  propagator->sample(times, Detail::observables, many, populations.data());
  std::vector<StateReport> without_currents(times.size());
  propagator->sample(times, Detail::populations, without_currents, nullptr);
  for (std::size_t i = 0; i < times.size(); ++i) {
    StateReport one;
    std::vector<double> p(dim);
    propagator->sample({&times[i], 1}, Detail::observables, {&one, 1}, p.data());
    expect_same_state(many[i], one, static_cast<double>(dim));
    for (std::size_t k = 0; k < dim; ++k) EXPECT_TRUE(within(populations[i * dim + k], p[k], 1e-12));
    EXPECT_TRUE(same_bits(without_currents[i].sums.mean, many[i].sums.mean));
    EXPECT_TRUE(same_bits(without_currents[i].sums.entropy, many[i].sums.entropy));
  }
}

TEST(SpectralTimes, ConstantDiagonal) {
  expect_many_times_as_one_by_one(CentralSpin::resonant(200, 230));  // not folded
  expect_many_times_as_one_by_one(CentralSpin::resonant(200, 200));  // folded about a level
  expect_many_times_as_one_by_one(CentralSpin::resonant(201, 201));  // folded about a bond: the mirror level has the other parity
  expect_many_times_as_one_by_one(CentralSpin::resonant(63, 63));
}

TEST(SpectralTimes, VaryingDiagonal) {
  expect_many_times_as_one_by_one({.n_b = 150, .n_c = 170, .m = 160, .omega_c = 8, .ising = 0.4});
  expect_many_times_as_one_by_one({.n_b = 128, .n_c = 128, .m = 128, .ising = -0.7});
  expect_many_times_as_one_by_one({.n_b = 129, .n_c = 129, .m = 129, .ising = 0.7});
}

TEST(SpectralTimes, ChainsOfSeveralSuperblocks) {
  expect_many_times_as_one_by_one(CentralSpin::resonant(4200, 4200));
  expect_many_times_as_one_by_one({.n_b = 2100, .n_c = 2500, .m = 2300, .omega_c = 20, .ising = 0.3});
}

}  // namespace
}  // namespace qbatt::test
