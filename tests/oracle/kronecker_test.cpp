#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "oracle/kronecker_oracle.hpp"
#include "oracle/tridiagonal_oracle.hpp"
#include "qbatt/solve.hpp"
#include "support/comparisons.hpp"
#include "support/random_systems.hpp"
#include "support/tolerances.hpp"

namespace qbatt::test {
namespace {

constexpr std::int64_t most_spins = 10;
constexpr std::int64_t most_spins_for_negativity = 6;

TEST(Kronecker, ProductOfTwoByTwoMatrices) {
  Matrix a(2, 2), b(2, 2);
  a.data = {1, 2, 3, 4};
  b.data = {0, 5, 6, 7};
  EXPECT_EQ(kronecker(a, b).data, (std::vector<double>{0, 5, 0, 10, 6, 7, 12, 14, 0, 15, 0, 20, 18, 21, 24, 28}));
}

TEST(Kronecker, TwoSpinsExchangeTheirExcitation) {
  const KroneckerOracle oracle({.n_b = 1, .n_c = 1, .m = 1, .coupling = 0.5});
  const FullState state = oracle.evolve(1, 1.3, true);
  const double up = std::pow(std::sin(0.5 * 1.3), 2);
  EXPECT_TRUE(within(state.populations[1], up, 1e-15));
  EXPECT_TRUE(within(state.values[Observable::log_negativity], std::log2(1 + 2 * std::sqrt(up * (1 - up))), 1e-14));
}

/// How closely two results must agree: the oracles to rounding, qbatt to what it promises.
struct Digits {
  double energy_per_cell, of_populations, population;
};
constexpr Digits rounding{.energy_per_cell = 1e-12, .of_populations = 1e-11, .population = 1e-12};
Digits promised(const CentralSpin& system) {
  return {.energy_per_cell = system.constant_diagonal() ? tolerance::energy_per_cell_constant_diagonal : tolerance::energy_per_cell,
          .of_populations = tolerance::of_populations,
          .population = tolerance::population};
}

void expect_same_values(const ObservableValues& actual, const ObservableValues& expected, const CentralSpin& system, double a_0,
                        const Digits& digits) {
  const double omega = system.omega_b;
  const double cells = static_cast<double>(system.n_b);
  const auto compare = [&](Observable o, double scale, double allowed) {
    EXPECT_TRUE(within(actual[o] / scale, expected[o] / scale, allowed)) << "observable " << static_cast<int>(o);
  };
  // Rates are compared in units of a_0, of which the chain's own rates are at most a few dozen multiples at these sizes.
  constexpr double fastest_rate = 30;
  // d(log2 x) is dx / (x ln 2), and purities of at most ten levels stay above 1/10.
  constexpr double logarithm = 15;
  compare(Observable::energy, omega * cells, digits.energy_per_cell);
  compare(Observable::energy_per_cell, 1, digits.energy_per_cell);
  compare(Observable::power, omega * cells * a_0, 10 * digits.energy_per_cell);
  compare(Observable::instantaneous_power, omega * cells * a_0, fastest_rate * digits.energy_per_cell);
  compare(Observable::variance, omega * omega * cells * cells, digits.of_populations);
  compare(Observable::entropy, 1, tolerance::entropy);
  compare(Observable::purity, 1, digits.of_populations);
  compare(Observable::renyi2, 1, logarithm * digits.of_populations);
  compare(Observable::ergotropy, omega * cells, digits.of_populations);
  compare(Observable::ergotropy_full, omega * cells, digits.of_populations);
  compare(Observable::p_full, 1, digits.population);
  compare(Observable::local_ergotropy, omega * cells, 2 * digits.energy_per_cell);
  compare(Observable::capacity, omega * cells, digits.of_populations);
  compare(Observable::capacity_full, omega * cells, digits.of_populations);
  compare(Observable::ergotropy_incoherent, omega * cells, digits.of_populations);
  if (system.n_b + system.n_c <= most_spins_for_negativity) compare(Observable::log_negativity, 1, tolerance::log_negativity);
}

void expect_same_populations(const std::vector<double>& actual, const std::vector<double>& expected, double digits) {
  for (std::size_t k = 0; k < expected.size(); ++k)
    EXPECT_TRUE(within(k < actual.size() ? actual[k] : 0, expected[k], digits)) << "k = " << k;
}

Request request_for(Solver solver, double t) {
  Request request;
  request.solver = solver;
  request.optimum = OptimumRule::none;
  request.times = TimeGrid{.start = t, .stop = t, .count = 1, .unit = TimeUnit::absolute};
  request.populations = true;
  request.threads = 1;
  return request;
}

// What the oracle itself may be off when it judges a certificate.
constexpr double certificate_digits = 1e-13;

/// One H, every m, one random time each: the full construction against the tridiagonal oracle and against qbatt.
void compare_all(const CentralSpin& h, Random& random) {
  const KroneckerOracle full(h);
  const bool negativity = h.n_b + h.n_c <= most_spins_for_negativity;
  for (std::int64_t m = 0; m <= h.n_c; ++m) {
    CentralSpin system = h;
    system.m = static_cast<double>(m);
    SCOPED_TRACE(describe(system));
    const double a_0 =
        std::abs(h.coupling) * std::sqrt(static_cast<double>(h.n_b * std::max<std::int64_t>(m, 1) * (h.n_c - m + 1)));
    const double t = random.uniform(0.1, 6) / a_0;
    const FullState expected = full.evolve(m, t, negativity);
    const TridiagonalOracle chain(system);
    {
      SCOPED_TRACE("tridiagonal oracle");
      expect_same_values(chain.observables(t), expected.values, system, a_0, rounding);
      expect_same_populations(chain.populations(t), expected.populations, rounding.population);
    }
    for (const Solver solver : {Solver::automatic, Solver::dense, Solver::chebyshev, Solver::spectral}) {
      SCOPED_TRACE(to_string(solver));
      const Table table = solve(std::vector{system}, request_for(solver, t));
      ASSERT_EQ(table.series.size(), 1U);
      const double error =
          std::abs(table.series[0].values[0][Observable::energy_per_cell] - expected.values[Observable::energy_per_cell]);
      EXPECT_TRUE(at_most(error, tolerance::allowed_by(table.rows[0].error_bound) + certificate_digits));
      if (table.rows[0].status != Status::ok) {
        // Alone, shooting may give up where a barrier lies inside the chain, and then says so.
        EXPECT_TRUE(solver == Solver::spectral && std::abs(h.ising) > std::abs(h.coupling)) << to_string(table.rows[0].status);
        continue;
      }
      expect_same_values(table.series[0].values[0], expected.values, system, a_0, promised(system));
      expect_same_populations(table.series[0].populations, expected.populations, tolerance::population);
    }
  }
}

CentralSpin random_hamiltonian(std::int64_t n_b, std::int64_t n_c, Random& random) {
  CentralSpin h{.n_b = n_b, .n_c = n_c, .m = static_cast<double>(n_c)};
  h.omega_b = random.uniform(0.3, 2);
  h.omega_c = random.integer(0, 2) == 0 ? h.omega_b : random.uniform(-2, 3);
  h.coupling = random.uniform(0.2, 1.5) * (random.integer(0, 1) == 0 ? 1 : -1);
  h.ising = random.integer(0, 2) == 0 ? 0 : random.uniform(-1.5, 1.5);
  return h;
}

class KroneckerOnAllSpins : public testing::TestWithParam<std::int64_t> {};

// Every split of N spins into battery and charger: for few spins several random Hamiltonians, at the top one.
TEST_P(KroneckerOnAllSpins, Agrees) {
  const std::int64_t spins = GetParam();
  Random random(100 + static_cast<std::uint64_t>(spins));
  const std::int64_t repeats = spins <= 6 ? 6 : (spins <= 8 ? 3 : 1);
  for (std::int64_t n_b = 1; n_b < spins; ++n_b)
    for (std::int64_t repeat = 0; repeat < repeats; ++repeat) compare_all(random_hamiltonian(n_b, spins - n_b, random), random);
}
INSTANTIATE_TEST_SUITE_P(Spins, KroneckerOnAllSpins, testing::Range<std::int64_t>(2, most_spins + 1));

}  // namespace
}  // namespace qbatt::test
