#include <algorithm>
#include <cmath>
#include <iterator>
#include <string>

#include "contract/contract.hpp"
#include "oracle/tridiagonal_oracle.hpp"
#include "support/comparisons.hpp"
#include "support/random_systems.hpp"
#include "support/tolerances.hpp"

// Two hundred random systems of any kind against LAPACK on the explicit matrix.
namespace qbatt::test {
namespace {

constexpr std::size_t systems_count = 200;
constexpr std::int64_t most_levels = 60;
const TimeGrid times = grid(0, 20, 9, TimeUnit::rabi);

struct Sample {
  CentralSpin system;
  TridiagonalOracle oracle;
};

std::vector<Sample> random_samples() {
  std::vector<Sample> result;
  for (const CentralSpin& system : random_systems(31, systems_count, most_levels))
    result.push_back({system, TridiagonalOracle(system)});
  return result;
}

std::vector<CentralSpin> systems_of(const std::vector<Sample>& all) {
  std::vector<CentralSpin> systems;
  for (const Sample& sample : all) systems.push_back(sample.system);
  return systems;
}

// The observables in units that make them numbers of order 1, and how well each must agree.
void expect_observables(const ObservableValues& actual, const ObservableValues& expected, const Row& row, double oracle_error) {
  const double omega = row.system.omega_b;
  const double cells = static_cast<double>(row.system.n_b);
  const auto compare = [&](Observable o, double scale, double digits) {
    EXPECT_TRUE(within(actual[o] / scale, expected[o] / scale, allowed(row, digits) + 4 * oracle_error))
        << "observable " << static_cast<int>(o);
  };
  compare(Observable::energy_per_cell, 1, energy_tolerance(row.system));
  compare(Observable::energy, omega * cells, energy_tolerance(row.system));
  compare(Observable::variance, std::pow(omega * cells, 2), tolerance::of_populations);
  compare(Observable::purity, 1, tolerance::of_populations);
  compare(Observable::ergotropy, omega * cells, tolerance::of_populations);
  compare(Observable::ergotropy_full, omega * cells, tolerance::of_populations);
  compare(Observable::p_full, 1, tolerance::population);
  compare(Observable::local_ergotropy, omega * cells, 2 * energy_tolerance(row.system));
  compare(Observable::capacity, omega * cells, tolerance::of_populations);
  compare(Observable::capacity_full, omega * cells, tolerance::of_populations);
  compare(Observable::ergotropy_incoherent, omega * cells, tolerance::of_populations);
  if (row.status != Status::ok) return;  // what follows has no bound
  compare(Observable::entropy, 1, tolerance::entropy);
  compare(Observable::log_negativity, 1, tolerance::log_negativity);
  // d(log2 x) is dx / (x ln 2).
  compare(Observable::renyi2, 1, tolerance::of_populations * 1.5 / expected[Observable::purity]);
}

TEST_P(Contract, RandomSystemsFollowTheOracleInTime) {
  const std::vector<Sample> all = random_samples();
  Request request;
  request.times = times;
  request.populations = true;
  const Table table = solve(systems_of(all), request);
  ASSERT_EQ(table.rows.size(), systems_count);
  std::size_t given_up = 0;
  for (std::size_t n = 0; n < all.size(); ++n) {
    const auto& [system, oracle] = all[n];
    const Row& row = table.rows[n];
    const Series& series = table.series[n];
    given_up += expect_ok(row) ? 0 : 1;
    EXPECT_EQ(row.system, system);
    for (std::size_t i = 0; i < series.t.size(); ++i) {
      SCOPED_TRACE(describe(system) + ", t = " + std::to_string(series.t[i]));
      const double oracle_error = oracle.population_error(series.t[i]);
      expect_observables(series.values[i], oracle.observables(series.t[i]), row, oracle_error);
      const std::vector<double> expected = oracle.populations(series.t[i]);
      for (std::size_t k = 0; k < expected.size(); ++k) {
        const double error = std::abs(populations_at(series, i)[k] - expected[k]);
        EXPECT_TRUE(at_most(error, allowed(row, tolerance::population) + oracle_error)) << "k = " << k;
        EXPECT_TRUE(at_most(error, tolerance::allowed_by(series.error_bound[i]) + oracle_error)) << "the bound, k = " << k;
      }
    }
  }
  // One kind in five has barriers, of which shooting alone may miss some.
  EXPECT_LE(given_up, systems_count / 10);
}

TEST_P(Contract, RandomSystemsPeakWhereTheOracleSays) {
  const std::vector<Sample> all = random_samples();
  const std::vector<Row> rows = optima(systems_of(all));
  std::size_t skipped = 0;
  for (std::size_t n = 0; n < all.size(); ++n) {
    const auto& [system, oracle] = all[n];
    SCOPED_TRACE(describe(system));
    const auto peak = oracle.first_peak();
    ASSERT_TRUE(peak);
    if (!peak->decided() || !expect_ok(rows[n])) {
      ++skipped;
      continue;
    }
    EXPECT_TRUE(within_relative(rows[n].t_opt, peak->t, tolerance::t_opt));
    expect_observables(rows[n].at_optimum, oracle.observables(peak->t), rows[n], oracle.population_error(peak->t));
  }
  // Where rounding decides whether dE/dt touches zero (OraclePeak::decided), and where shooting alone gave up.
  EXPECT_LE(skipped, GetParam().solver == Solver::spectral ? systems_count / 10 : systems_count / 100);
}

// Parameters so large that phases turn 10^5 times: the states of automatic and dense hold their tolerance beyond the rounding of
// those phases, and every bound holds.
TEST_P(Contract, WildSystemsKeepTheirBounds) {
  constexpr double largest = 1e4;
  const std::vector<CentralSpin> systems = wild_systems(33, 400, 20, largest);
  Request request;
  request.times = grid(0, 10, 3, TimeUnit::rabi);
  request.populations = true;
  const Table table = solve(systems, request);
  for (std::size_t n = 0; n < systems.size(); ++n) {
    const Row& row = table.rows[n];
    expect_ok(row);
    if (row.status == Status::failed) continue;
    SCOPED_TRACE(describe(systems[n]) + ", by " + std::string(to_string(row.solver)));
    const TridiagonalOracle oracle(systems[n]);
    const auto peak = oracle.first_peak();
    const bool exact = GetParam().solver != Solver::spectral;  // alone, it is held to its bound only
    if (exact && peak && peak->decided()) EXPECT_TRUE(within_relative(row.t_opt, peak->t, tolerance::t_opt));
    for (std::size_t i = 0; i < table.series[n].t.size(); ++i) {
      const double oracle_error = oracle.population_error(table.series[n].t[i]);
      const std::vector<double> expected = oracle.populations(table.series[n].t[i]);
      for (std::size_t k = 0; k < expected.size(); ++k) {
        const double error = std::abs(populations_at(table.series[n], i)[k] - expected[k]);
        const double bound = tolerance::allowed_by(table.series[n].error_bound[i]);
        EXPECT_TRUE(at_most(error, oracle_error + bound)) << "the bound, time " << i << ", k = " << k;
        EXPECT_TRUE(at_most(error, oracle_error + (exact ? tolerance::population : bound))) << "time " << i << ", k = " << k;
      }
    }
  }
}

// Whatever one of the solvers can do to the tolerance, `automatic` must do too; where none can, it must be no worse than the best.
void expect_best(const Row& chosen, const Row& spectral, const Row& dense) {
  SCOPED_TRACE(describe(chosen.system) + ": spectral " + std::string(to_string(spectral.status)) + ", dense " +
               std::string(to_string(dense.status)) + ", automatic took " + std::string(to_string(chosen.solver)));
  const auto one_is = [&](Status status) { return spectral.status == status || dense.status == status; };
  if (one_is(Status::ok))
    EXPECT_EQ(to_string(chosen.status), "ok");
  else if (one_is(Status::inaccurate))
    EXPECT_EQ(to_string(chosen.status), "inaccurate");
  if (chosen.status == Status::failed) {
    EXPECT_FALSE(chosen.error_bound < 1) << "a failed row promises nothing";
  } else {
    const double best = std::fmin(spectral.error_bound, dense.error_bound);
    const bool both_finished = spectral.status != Status::failed && dense.status != Status::failed;
    EXPECT_TRUE(
        at_most(chosen.error_bound, std::max(default_tolerance(chosen.system.dim()), both_finished ? best : chosen.error_bound)));
  }
}

TEST_P(Contract, AutomaticIsAsGoodAsAnySolver) {
  if (GetParam().solver != Solver::automatic || GetParam().backend != "cpu") return;  // where there is a choice
  if (safest_solver() != Solver::dense) GTEST_SKIP() << "the wildest of these systems take chebyshev years";
  std::vector<CentralSpin> systems = random_systems(37, systems_count, most_levels);
  for (const double ising : {1.0, -1.0}) systems.push_back({.n_b = 1000, .n_c = 1001, .m = 1001, .ising = ising});
  for (const double ising : {1.3, 2.0}) systems.push_back({.n_b = 80, .n_c = 120, .m = 90, .omega_c = 3, .ising = ising});
  std::ranges::copy(wild_systems(39, 300, 20, 1e11), std::back_inserter(systems));
  Request request;
  const auto rows_with = [&](Solver solver) {
    request.solver = solver;
    return GetParam().solve(systems, request).rows;
  };
  for (const double longest : {0.0, 6000.0}) {  // long enough for rounding to grow
    request.times = grid(0, longest, 2, TimeUnit::rabi);
    const std::vector<Row> chosen = rows_with(Solver::automatic);
    const std::vector<Row> spectral = rows_with(Solver::spectral), dense = rows_with(Solver::dense);
    for (std::size_t i = 0; i < systems.size(); ++i) expect_best(chosen[i], spectral[i], dense[i]);
  }
}

}  // namespace
}  // namespace qbatt::test
