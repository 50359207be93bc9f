#include "cost/cost_model.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "support/comparisons.hpp"

namespace qbatt::test {
namespace {

Request only(Solver solver) {
  Request request;
  request.solver = solver;
  request.optimum = OptimumRule::none;
  request.threads = 1;
  return request;
}

/// Resonant, detuned, Ising with and without mirror symmetry, the isotropic points, half-filled and large chargers.
std::vector<CentralSpin> families(std::int64_t n) {
  const auto x = static_cast<double>(n);
  return {{n, n, n, 1, 1, 1, 0},
          {n, n + 1, n + 1, 1, 1, 1, 0},
          {n, 100 * n, 100 * n, 1, 1, 1, 0},
          {n, 2 * n, n, 1, 1, 1, 0},
          {n, n, n, 1 + 0.5 * x, 1, 1, 0},
          {n, n, n, 1 + 2.5 * x, 1, 1, 0},
          {n, n, n, 1, 1, 1, 0.5},
          {n, n + n / 2, n + n / 2, 1, 1, -1, 0.6},
          {n, n, n, 1, 1, 1, 1},
          {n, n + n / 4, n + n / 4, 1, 1, 1, -1},
          {n, n + n / 3, n + n / 3, 1, 1, 1, 2},
          {n, n, n, 1, 1, 1, 2}};
}

TEST(CostModel, KnowsTheNumberOfEigenpairsWithinATenth) {
  for (const std::int64_t n : {40, 100, 400, 1600, 6400}) {
    for (const CentralSpin& system : families(n)) {
      const auto n_eig = static_cast<double>(solve({&system, 1}, only(Solver::spectral)).rows[0].n_eig);
      const Forecast predicted = forecast(chain_of(system), only(Solver::spectral));
      EXPECT_TRUE(within_relative(predicted.n_eig, n_eig, 0.1)) << describe(system);
    }
  }
}

TEST(CostModel, AForecastIsItsCountsTimesTheConstants) {
  for (const Method method : all_methods) {
    const Forecast f = forecast(chain_of({50, 60, 60, 1, 1, 1, 0.3}), {}, method);
    double seconds = 0.0;
    for (std::size_t i = 0; i < cost_terms; ++i) {
      seconds += f.counts[i] * cost_constants(method)[i];
      EXPECT_TRUE(cost_constants(method)[i] == 0.0 || !cost_term_names(method)[i].empty());
    }
    EXPECT_TRUE(within_relative(f.seconds, seconds, 1e-12));
    EXPECT_TRUE(f.seconds > 0.0 && f.bytes > 0.0);
  }
}

TEST(CostModel, IsAlwaysANumber) {
  Request request;
  request.times = TimeGrid{.start = 0, .stop = 1e300, .count = 1'000'000, .unit = TimeUnit::absolute};
  for (const std::int64_t n : {std::int64_t{1}, std::int64_t{2}, std::int64_t{50}, CentralSpin::max_spins}) {
    for (const double ising : {0.0, 1e-150, 1.0, -1e150}) {
      for (const double coupling : {0.0, 1e-150, 1.0, 1e150}) {
        const CentralSpin system{n, n + 1, n, 1, 2, coupling, ising};
        for (const Method method : all_methods) {
          EXPECT_TRUE(between(forecast(chain_of(system), request, method).seconds, 0.0, 1e300)) << describe(system);
        }
      }
    }
  }
}

TEST(CostModel, SpectralComesFirstForOptima) {
  for (const CentralSpin& system : families(3000)) {
    EXPECT_EQ(first_solver(chain_of(system), {}), Solver::spectral) << describe(system);
    EXPECT_EQ(automatic_solvers(chain_of(system), {}, true).front(), Solver::spectral) << describe(system);
  }
}

// A short time of a long chain with thousands of pairs: measured, an expansion is several times as fast.
TEST(CostModel, AnExpansionComesFirstWhereFewOfItsStepsDo) {
  const CentralSpin half_filled{10'000, 20'000, 10'000, 1, 1, 1, 0};
  Request request = only(Solver::automatic);
  request.times = TimeGrid{.start = 0, .stop = 6, .count = 64, .unit = TimeUnit::rabi};
  EXPECT_EQ(automatic_solvers(chain_of(half_filled), request, true).front(), Solver::chebyshev);
  EXPECT_EQ(forecast(chain_of(half_filled), request).method, Method::chebyshev);
  request.times->stop = 1e6;
  EXPECT_EQ(automatic_solvers(chain_of(half_filled), request, true).front(), Solver::spectral);
}

TEST(CostModel, WhereAnExpansionComesFirstItsRowStands) {
  const CentralSpin half_filled{10'000, 20'000, 10'000, 1, 1, 1, 0};
  Request request = only(Solver::automatic);
  request.times = TimeGrid{.start = 0, .stop = 3, .count = 4, .unit = TimeUnit::rabi};
  ASSERT_EQ(first_solver(chain_of(half_filled), request), Solver::chebyshev);
  const Table chosen = solve({&half_filled, 1}, request);
  request.solver = Solver::spectral;
  const Table other = solve({&half_filled, 1}, request);
  EXPECT_EQ(chosen.rows[0].solver, Solver::chebyshev);
  EXPECT_EQ(chosen.rows[0].status, Status::ok);
  for (std::size_t i = 0; i < 4; ++i) {
    const double allowed = 3.0 * (chosen.rows[0].error_bound + other.rows[0].error_bound);
    EXPECT_TRUE(within(chosen.series[0].values[i][Observable::energy_per_cell],
                       other.series[0].values[i][Observable::energy_per_cell], allowed));
  }
}

TEST(CostModel, DenseIsTriedWhereItIsThereAndTakesNoMinutes) {
  const auto tries_dense = [](std::int64_t n, bool there) {
    const std::vector<Solver> solvers = automatic_solvers(chain_of({n, 2 * n, 2 * n, 1, 1, 1, 3}), {}, there);
    return std::ranges::find(solvers, Solver::dense) != solvers.end();
  };
  EXPECT_TRUE(tries_dense(100, true));
  EXPECT_FALSE(tries_dense(100, false));
  EXPECT_FALSE(tries_dense(10'000, true));
}

}  // namespace
}  // namespace qbatt::test
