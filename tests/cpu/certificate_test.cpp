#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "cpu/spectral/spectral.hpp"
#include "oracle/tridiagonal_oracle.hpp"
#include "qbatt/solve.hpp"
#include "support/comparisons.hpp"
#include "support/random_systems.hpp"
#include "support/tolerances.hpp"

namespace qbatt::test {
namespace {

enum class Damage { none, wrong, missing, doubled };

/// Spoils one eigenvalue of the list.
void spoil(cpu::EigenvalueList& list, Damage damage, Random& random) {
  const auto j = static_cast<std::size_t>(random.integer(0, static_cast<std::int64_t>(list.lambda.size()) - 1));
  switch (damage) {
    case Damage::none:
      break;
    case Damage::wrong:
      list.lambda[j] += std::pow(10.0, random.uniform(-9.0, -0.5)) * (random.uniform(0, 1) < 0.5 ? -1.0 : 1.0);
      break;
    case Damage::missing:
      list.lambda.erase(list.lambda.begin() + static_cast<std::ptrdiff_t>(j));
      list.parity.erase(list.parity.begin() + static_cast<std::ptrdiff_t>(j));
      list.bond.erase(list.bond.begin() + static_cast<std::ptrdiff_t>(j));
      break;
    case Damage::doubled:
      list.lambda.push_back(list.lambda[j]);
      list.parity.push_back(list.parity[j]);
      list.bond.push_back(list.bond[j]);
      break;
  }
}

struct Outcome {
  double bound;  ///< on any population
  double error;  ///< the largest found
};

/// Populations at one time from the spoiled pairs against all pairs of the explicit matrix.
Outcome try_pairs(const CentralSpin& system, Damage damage, double t, Random& random) {
  cpu::SpectralChain chain(chain_of(system));
  cpu::EigenvalueList list = cpu::find_eigenvalues(chain, {});
  if (list.lambda.size() < 2) return {0.0, 0.0};
  spoil(list, damage, random);
  auto pairs = cpu::measure_pairs(chain, list, {});
  const auto states = cpu::make_spectral_states(chain_of(system), std::move(chain), std::move(pairs), {});
  std::vector<double> p(static_cast<std::size_t>(system.dim()));
  StateReport report;
  states->sample({&t, 1}, Detail::observables, {&report, 1}, p.data());
  const TridiagonalOracle oracle(system);
  const double absolute_t = t / system.rabi();
  const std::vector<double> expected = oracle.populations(absolute_t);
  double error = 0.0;
  for (std::size_t k = 0; k < p.size(); ++k) error = std::max(error, std::abs(p[k] - expected[k]));
  return {tolerance::allowed_by(states->error_bound(0, t)) + oracle.population_error(absolute_t), error};
}

class Certificate : public testing::TestWithParam<Damage> {};

TEST_P(Certificate, HoldsForPairsOfAnyQuality) {
  Random random(31);
  int tight = 0;
  int visible = 0;
  for (const CentralSpin& system : random_systems(32, 250, 40)) {
    const double t = random.uniform(0.1, 20.0);
    const Outcome o = try_pairs(system, GetParam(), t, random);
    EXPECT_TRUE(at_most(o.error, o.bound)) << describe(system) << ", a_0 t = " << t;
    visible += o.error > 1e-7 ? 1 : 0;
    tight += o.error > 1e-3 * o.bound ? 1 : 0;
  }
  if (GetParam() == Damage::none) {
    EXPECT_LE(visible, 10);  // strong Ising doublets only
  } else {
    EXPECT_GT(visible, 60) << "the damage must be real for the test to mean anything";
    EXPECT_GT(tight, 30) << "a bound that is never approached would not be worth much";
  }
}

INSTANTIATE_TEST_SUITE_P(Damage, Certificate, testing::Values(Damage::none, Damage::wrong, Damage::missing, Damage::doubled));

/// One cell and a detuning that nearly makes up for the Ising coupling: the entry of H that is left is known to few digits, and
/// both solvers read the same one. Two levels, so the state is known in closed form, here in extended precision.
TEST(Certificate, KnowsThatDetuningAndIsingCouplingCancel) {
  Random random(33);
  for (int i = 0; i < 200; ++i) {
    const auto n_c = random.integer(2, 2000);
    const auto m = random.integer(1, n_c);
    const double a = std::pow(10.0, random.uniform(-4.0, 1.0));
    const double delta = std::pow(10.0, random.uniform(0.0, 5.0));
    const double shift = 2 * delta * (static_cast<double>(m) - 1 - 0.5 * static_cast<double>(n_c - 1));
    const CentralSpin system{1, n_c, static_cast<double>(m), 1, 1 + shift + random.uniform(-1.0, 1.0) * a, a, delta};
    const auto level = static_cast<long double>(m) - 1 - 0.5L * static_cast<long double>(n_c - 1);
    const long double half_gap =
        0.5L * ((1 - static_cast<long double>(system.omega_c)) + 2 * static_cast<long double>(delta) * level);
    const long double a_0 = a * std::sqrt(static_cast<long double>(m) * static_cast<long double>(n_c - m + 1));
    const long double frequency = std::sqrt(a_0 * a_0 + half_gap * half_gap);
    const double t = random.uniform(1.0, 20.0) / static_cast<double>(a_0);
    const auto swing = static_cast<double>(a_0 / frequency * std::sin(frequency * static_cast<long double>(t)));
    for (const Solver solver : {Solver::spectral, Solver::chebyshev, Solver::dense}) {
      Request request;
      request.solver = solver;
      request.optimum = OptimumRule::none;
      request.times = TimeGrid{.start = t, .stop = t, .count = 1, .unit = TimeUnit::absolute};
      request.populations = true;
      request.threads = 1;
      const Table table = solve({&system, 1}, request);
      EXPECT_TRUE(within(table.series[0].populations[1], swing * swing,
                         tolerance::allowed_by(table.series[0].error_bound[0]) + tolerance::reference_rounding))
          << describe(system) << ", " << to_string(solver);
    }
  }
}

TEST(Certificate, IsSmallForGoodPairs) {
  for (const std::int64_t n : {2, 7, 50, 500, 2000}) {
    const CentralSpin system = CentralSpin::resonant(n, n);
    cpu::SpectralChain chain(chain_of(system));
    auto pairs = cpu::measure_pairs(chain, cpu::find_eigenvalues(chain, {}), {});
    const auto states = cpu::make_spectral_states(chain_of(system), std::move(chain), std::move(pairs), {});
    EXPECT_TRUE(at_most(states->pair_defect(0, 0.0), 1e-13)) << n;
    EXPECT_TRUE(at_most(states->error_bound(0, 10.0), 1e-14 * (10.0 + static_cast<double>(n)))) << n;
  }
}

}  // namespace
}  // namespace qbatt::test
