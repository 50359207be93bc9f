#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>
#include <span>
#include <string>
#include <vector>

#include "contract/contract.hpp"
#include "oracle/tridiagonal_oracle.hpp"
#include "support/comparisons.hpp"
#include "support/ensemble_table.hpp"
#include "support/random_systems.hpp"
#include "support/tolerances.hpp"

// The optimum of the average power E/t.
namespace qbatt::test {
namespace {

class PowerContract : public Contract {
protected:
  static std::vector<Row> most_power(std::span<const CentralSpin> systems) {
    Request request;
    request.optimum = OptimumRule::power;
    return solve(systems, request).rows;
  }
};

// E = omega sin^2(x), x = A sqrt(N_c) t: E/t is largest where tan x = 2x.
constexpr double power_of_one_cell = 0.724611353776708476;  // sin^2(x) / x

TEST_P(PowerContract, OneCellIsASine) {
  for (const std::int64_t n_c : {1, 2, 9, 4000, 1'000'000'000}) {
    CentralSpin system = CentralSpin::resonant(1, n_c);
    system.coupling = 0.7;
    system.omega_b = system.omega_c = 2.5;
    SCOPED_TRACE(describe(system));
    const Row row = most_power(std::array{system})[0];
    ASSERT_TRUE(expect_ok(row));
    const double rate = 0.7 * std::sqrt(static_cast<double>(n_c));
    EXPECT_TRUE(within_relative(row.at_optimum[Observable::power], 2.5 * power_of_one_cell * rate, tolerance::identity));
    EXPECT_TRUE(within_relative(std::tan(rate * row.t_opt), 2 * rate * row.t_opt, tolerance::t_opt));
  }
}

// N_b = N_c = 2: E = 2 omega sin^2(sqrt(2) A t).
TEST_P(PowerContract, TwoCellsAreASineToo) {
  const CentralSpin system = CentralSpin::resonant(2, 2);
  const Row row = most_power(std::array{system})[0];
  ASSERT_TRUE(expect_ok(row));
  EXPECT_TRUE(within_relative(row.at_optimum[Observable::power] / 2, std::sqrt(2.0) * power_of_one_cell, tolerance::identity));
}

TEST_P(PowerContract, AgreesWithThirtyDigits) {
  int compared = 0;
  for (const EnsembleReference& reference : ensemble_table()) {
    if (!reference.system.is_chain()) continue;
    SCOPED_TRACE(describe(reference.system));
    const Row row = most_power(std::array{reference.system})[0];
    ASSERT_TRUE(expect_ok(row));
    const EnsembleState& expected = reference.most_power;
    EXPECT_TRUE(within_relative(row.t_opt, expected.t, tolerance::t_opt));
    EXPECT_TRUE(within_relative(row.at_optimum[Observable::power], expected.values.at("power"), tolerance::of_populations));
    for (const ObservableInfo& info : observable_info()) {
      const auto value = expected.values.find(std::string(info.name));
      if (value == expected.values.end()) continue;
      const double scale = std::max(1.0, std::abs(value->second));
      EXPECT_TRUE(within(row.at_optimum[info.id] / scale, value->second / scale, tolerance::entropy)) << info.name;
      ++compared;
    }
  }
  EXPECT_EQ(compared, 5 * 11) << "five systems, eleven observables each";
}

TEST_P(PowerContract, RandomSystemsGiveMostWhereTheOracleSays) {
  constexpr std::size_t count = 300;
  std::vector<CentralSpin> systems = random_systems(47, count, 60);
  std::ranges::copy(wild_systems(48, 40, 20, 300.0), std::back_inserter(systems));
  const std::vector<Row> rows = most_power(systems);
  std::size_t skipped = 0;
  for (std::size_t n = 0; n < systems.size(); ++n) {
    const TridiagonalOracle oracle(systems[n]);
    SCOPED_TRACE(describe(systems[n]));
    const auto peak = oracle.first_power_peak();
    ASSERT_TRUE(peak);
    if (!peak->decided() || !expect_ok(rows[n])) {
      ++skipped;
      continue;
    }
    EXPECT_TRUE(within_relative(rows[n].t_opt, peak->t, tolerance::t_opt));
    const double power = oracle.observables(peak->t)[Observable::power];
    const double error = oracle.population_error(peak->t) + allowed(rows[n], 1e-11);
    EXPECT_TRUE(within(rows[n].at_optimum[Observable::power] / power, 1,
                       error * systems[n].omega_b * static_cast<double>(systems[n].n_b) / (power * peak->t)));
  }
  EXPECT_LE(skipped, GetParam().solver == Solver::spectral ? systems.size() / 10 : systems.size() / 50);
}

// No oracle needed: it comes before the first peak, nowhere before it is the power larger, and next to it it is smaller.
TEST_P(PowerContract, ComesBeforeThePeakAndIsTheLargestSoFar) {
  std::vector<CentralSpin> systems = random_systems(49, 30, 60);
  systems.push_back(CentralSpin::resonant(300, 290));
  systems.push_back(CentralSpin::resonant(200, 200));
  systems.push_back({.n_b = 100, .n_c = 200, .m = 150});
  systems.push_back({.n_b = 20, .n_c = 5000, .m = 20});
  systems.push_back({.n_b = 120, .n_c = 150, .m = 70, .omega_b = 1, .omega_c = 4});
  const std::vector<Row> peaks = optima(systems);
  Request request;
  request.optimum = OptimumRule::power;
  request.times = grid(0, 1.002, 502, TimeUnit::optimum);
  const Table table = solve(systems, request);
  for (std::size_t n = 0; n < systems.size(); ++n) {
    SCOPED_TRACE(describe(systems[n]));
    const Row& row = table.rows[n];
    if (!expect_ok(row) || !expect_ok(peaks[n])) continue;
    EXPECT_TRUE(between(row.t_opt, 0, peaks[n].t_opt));
    const double most = row.at_optimum[Observable::power];
    const std::span<const double> power = table.series[n].values.column(Observable::power);
    EXPECT_TRUE(within_relative(power[500], most, 1e-12));
    for (std::size_t i = 0; i + 1 < power.size(); ++i) {
      EXPECT_TRUE(at_most(power[i] / most, 1 + 1e-12)) << "at step " << i;
      if (i < 500) EXPECT_TRUE(at_most(power[i] / most, power[i + 1] / most + 1e-12)) << "at step " << i;
    }
    EXPECT_LT(power[501], most);
  }
}

TEST_P(PowerContract, NothingMovesMeansNoPeak) {
  for (const CentralSpin& system :
       {CentralSpin{.n_b = 3, .n_c = 3, .m = 0}, CentralSpin{.n_b = 3, .n_c = 3, .m = 3, .coupling = 0}})
    EXPECT_EQ(most_power(std::array{system})[0].status, Status::no_peak);
}

INSTANTIATE_TEST_SUITE_P(Every, PowerContract, testing::ValuesIn(implementations()),
                         [](const auto& test) { return test.param.name(); });

}  // namespace
}  // namespace qbatt::test
