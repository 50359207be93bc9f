#include "cost/cost_model.hpp"

#include <gtest/gtest.h>

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
  return {{n, n, x, 1, 1, 1, 0},
          {n, n + 1, static_cast<double>(n + 1), 1, 1, 1, 0},
          {n, 100 * n, static_cast<double>(100 * n), 1, 1, 1, 0},
          {n, 2 * n, x, 1, 1, 1, 0},
          {n, n, x, 1 + 0.5 * x, 1, 1, 0},
          {n, n, x, 1 + 2.5 * x, 1, 1, 0},
          {n, n, x, 1, 1, 1, 0.5},
          {n, n + n / 2, static_cast<double>(n + n / 2), 1, 1, -1, 0.6},
          {n, n, x, 1, 1, 1, 1},
          {n, n + n / 4, static_cast<double>(n + n / 4), 1, 1, 1, -1},
          {n, n + n / 3, static_cast<double>(n + n / 3), 1, 1, 1, 2},
          {n, n, x, 1, 1, 1, 2}};
}

TEST(CostModel, KnowsTheNumberOfEigenpairsWithinATenth) {
  for (const std::int64_t n : {40, 100, 400, 1600, 6400}) {
    for (const CentralSpin& system : families(n)) {
      const auto n_eig = static_cast<double>(solve({&system, 1}, only(Solver::spectral)).rows[0].n_eig);
      const Forecast predicted = forecast(chain_of(system), only(Solver::spectral), Method::spectral);
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
        const CentralSpin system{n, n + 1, static_cast<double>(n), 1, 2, coupling, ising};
        for (const Method method : all_methods)
          EXPECT_TRUE(between(forecast(chain_of(system), request, method).seconds, 0.0, 1e300)) << describe(system);
      }
    }
  }
}

}  // namespace
}  // namespace qbatt::test
