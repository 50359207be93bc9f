#include "model/ensemble.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <vector>

#include "model/level_chain.hpp"
#include "support/comparisons.hpp"

namespace qbatt::test {
namespace {

CentralSpin spins(std::int64_t n_c, double m, ChargerState state) {
  return {.n_b = 5, .n_c = n_c, .m = m, .charger_state = state};
}
CentralSpin mode(double m, ChargerState state) {
  return {.n_b = 5, .n_c = 0, .m = m, .charger = Charger::boson, .charger_state = state};
}

double binomial(std::int64_t n, std::int64_t k) {
  double product = 1;
  for (std::int64_t i = 1; i <= k; ++i) product = product * static_cast<double>(n - k + i) / static_cast<double>(i);
  return k < 0 ? 0 : product;
}

double sum_of_weights(const Ensemble& ensemble) {
  double sum = 0;
  for (const Sector& sector : ensemble.sectors) sum += sector.weight;
  return sum;
}

TEST(Ensemble, OfADickeStateIsOneChain) {
  const Ensemble ensemble = ensemble_of(spins(8, 3, ChargerState::dicke));
  ASSERT_EQ(ensemble.sectors.size(), 1U);
  EXPECT_EQ(ensemble.sectors[0].m, 3);
  EXPECT_EQ(ensemble.sectors[0].n_c, 8);
  EXPECT_EQ(ensemble.sectors[0].weight, 1);
  EXPECT_EQ(ensemble.dropped, 0);
  EXPECT_EQ(ensemble.rounding, 0);
}

TEST(Ensemble, WeightsOfSpinsAreBinomial) {
  for (const double up : {0.1, 0.5, 0.83}) {
    for (const ChargerState state : {ChargerState::coherent, ChargerState::dephased}) {
      const Ensemble ensemble = ensemble_of(spins(9, 9 * up, state));
      ASSERT_EQ(ensemble.sectors.size(), 10U);
      for (const Sector& sector : ensemble.sectors) {
        const auto m = static_cast<double>(sector.m);
        EXPECT_TRUE(within_relative(sector.weight, binomial(9, sector.m) * std::pow(up, m) * std::pow(1 - up, 9 - m), 1e-14));
      }
      EXPECT_EQ(ensemble.superposition, state == ChargerState::coherent);
    }
  }
}

TEST(Ensemble, ThermalSpinsHaveEveryTotalSpin) {
  constexpr std::int64_t n = 7;
  constexpr double up = 0.3;
  const Ensemble ensemble = ensemble_of(spins(n, n * up, ChargerState::thermal));
  std::size_t expected = 0;
  for (std::int64_t x = 0; x <= n / 2; ++x) expected += static_cast<std::size_t>(n - 2 * x + 1);
  ASSERT_EQ(ensemble.sectors.size(), expected);
  for (const Sector& sector : ensemble.sectors) {
    const std::int64_t x = (n - sector.n_c) / 2;
    const auto u = static_cast<double>(sector.m + x);
    const double copies = binomial(n, x) - binomial(n, x - 1);
    EXPECT_TRUE(within_relative(sector.weight, copies * std::pow(up, u) * std::pow(1 - up, n - u), 1e-14))
        << sector.n_c << " " << sector.m;
  }
}

TEST(Ensemble, WeightsOfAModeArePoissonianOrGeometric) {
  for (const Sector& sector : ensemble_of(mode(2.5, ChargerState::dephased)).sectors) {
    const auto n = static_cast<double>(sector.m);
    EXPECT_TRUE(within_relative(sector.weight, std::exp(-2.5) * std::pow(2.5, n) / std::tgamma(n + 1), 1e-13)) << n;
  }
  for (const Sector& sector : ensemble_of(mode(2.5, ChargerState::thermal)).sectors)
    EXPECT_TRUE(within_relative(sector.weight, std::pow(2.5 / 3.5, static_cast<double>(sector.m)) / 3.5, 1e-13)) << sector.m;
}

// The mean and the variance of the number of excitations, whatever is left out.
TEST(Ensemble, LargeOnesKeepTheirMomentsAndSayWhatTheyDrop) {
  struct Case {
    CentralSpin system;
    double variance;
  };
  for (const double up : {1e-4, 0.03, 0.5, 0.75, 0.999}) {
    for (const ChargerState state : {ChargerState::coherent, ChargerState::dephased, ChargerState::thermal}) {
      const CentralSpin s = spins(1000, 1000 * up, state);
      const Ensemble ensemble = ensemble_of(s);
      SCOPED_TRACE(describe(s));
      EXPECT_TRUE(between(ensemble.dropped, 0, state == ChargerState::coherent ? 1e-26 : 1e-16));
      EXPECT_TRUE(within(sum_of_weights(ensemble), 1, 1e-13));
      EXPECT_TRUE(between(ensemble.rounding, 0, 1e-12));
      double mean = 0, square = 0;
      for (const Sector& sector : ensemble.sectors) {
        const auto excitations = static_cast<double>(sector.m + (1000 - sector.n_c) / 2);
        mean += sector.weight * excitations;
        square += sector.weight * (excitations - s.m) * (excitations - s.m);
      }
      EXPECT_TRUE(within(mean, s.m, 1e-9));
      EXPECT_TRUE(within_relative(square, 1000 * up * (1 - up), 1e-9));
      EXPECT_TRUE(at_most(static_cast<double>(ensemble.sectors.size()), estimated_sectors(s)));
    }
  }
}

// Weights that are products of many ratios stay right: against the same in long double, by sums of logarithms.
TEST(Ensemble, RoundingIsWithinItsBound) {
  const CentralSpin s = spins(4000, 1000, ChargerState::dephased);
  const Ensemble ensemble = ensemble_of(s);
  long double error = 0;
  for (const Sector& sector : ensemble.sectors) {
    const auto m = static_cast<long double>(sector.m);
    const long double logarithm = std::lgamma(4001.0L) - std::lgamma(m + 1) - std::lgamma(4001.0L - m) + m * std::log(0.25L) +
                                  (4000.0L - m) * std::log(0.75L);
    error += std::abs(static_cast<long double>(sector.weight) - std::exp(logarithm));
  }
  constexpr double of_long_double = 1e-14;  // of lgamma near 30 000, times 2^-64
  EXPECT_TRUE(at_most(static_cast<double>(error), ensemble.rounding + of_long_double));
}

TEST(Ensemble, ItsNumbersAreThoseOfItsChains) {
  const CentralSpin s{.n_b = 6, .n_c = 9, .m = 5.5, .coupling = -0.7, .charger_state = ChargerState::thermal};
  double square = 0, transit = 0, moving = 0;
  std::int64_t longest = 0;
  const Ensemble ensemble = ensemble_of(s);
  for (const Sector& sector : ensemble.sectors) {
    const CentralSpin one = system_of(s, sector);
    EXPECT_TRUE(one.is_chain());
    square += sector.weight * std::pow(one.rabi(), 2);
    longest = std::max(longest, one.dim());
    if (one.rabi() == 0) continue;
    moving += sector.weight;
    transit += sector.weight * one.transit_time();
  }
  EXPECT_EQ(s.dim(), longest);
  EXPECT_TRUE(within_relative(s.rabi(), std::sqrt(square), 1e-14));
  EXPECT_TRUE(within_relative(s.transit_time(), transit / moving, 1e-14));
}

TEST(Ensemble, AModeHasTheLadderOfItsQuanta) {
  const CentralSpin s{.n_b = 4, .n_c = 0, .m = 6, .omega_c = 1.5, .coupling = 0.5, .ising = 0.2, .charger = Charger::boson};
  EXPECT_EQ(s.dim(), 5);
  for (std::int64_t k = 0; k < 4; ++k) {
    const auto n = static_cast<double>(k);
    EXPECT_TRUE(within_relative(s.offdiag(k), 0.5 * std::sqrt((n + 1) * (4 - n) * (6 - n)), 1e-15));
    EXPECT_TRUE(within(s.diag(k), n * (-0.5 + 2 * 0.2 * (6 - n + 2)), 1e-14));
  }
  EXPECT_EQ(s.offdiag(4), 0);
  EXPECT_FALSE(s.mirror_symmetric());
  EXPECT_TRUE(chain_of(s).shooting_is_safe == (2 * 0.2 * 4 <= 0.5 * std::sqrt(6.0)));
}

}  // namespace
}  // namespace qbatt::test
