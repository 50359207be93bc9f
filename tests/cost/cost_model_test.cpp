#include "cost/cost_model.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <limits>

#include "cpu/spectral/spectral_energy.hpp"
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

/// Seconds as in the revision before this test, of spectral and chebyshev: by them `auto` chose for rows that are on record.
TEST(CostModel, WhatTheLadderComparesStays) {
  struct Compared {
    CentralSpin system;
    OptimumRule rule;
    double spectral;
    double chebyshev;
  };
  using enum OptimumRule;
  const CentralSpin half{.n_b = 10'000, .n_c = 20'000, .m = 10'000};
  const CentralSpin mirror{.n_b = 30'000, .n_c = 30'000, .m = 21'000};
  const CentralSpin isotropic{.n_b = 5000, .n_c = 5000, .m = 5000, .ising = 1};
  const CentralSpin detuned{.n_b = 800, .n_c = 900, .m = 900, .omega_c = 50};
  for (const Compared& c : {Compared{CentralSpin::resonant(300, 300), none, 6.34559098164068e-05, 0.001241512},
                            {CentralSpin::resonant(300, 300), first_peak, 7.10222043646518e-05, 0.00183171485233331},
                            {half, first_peak, 0.0246579227388849, 0.0974651408478227},
                            {mirror, first_peak, 0.0148965046393095, 0.203095827086949},
                            {mirror, power, 0.0148965046393095, 0.117493167486373},
                            {mirror, global, 0.0376172718810726, 8.65318076731525},
                            {isotropic, none, 0.00210395798962093, 0.001241512},
                            {isotropic, global, 0.00549438455406195, 0.232870117693148},
                            {detuned, first_peak, 0.000542458300036794, 0.00330806639554265}}) {
    Request request;
    request.optimum = c.rule;
    const Outlook o = outlook(chain_of(c.system), request);
    EXPECT_TRUE(within_relative(o.spectral.compared_seconds, c.spectral, 1e-10)) << describe(c.system);
    EXPECT_TRUE(within_relative(o.chebyshev.compared_seconds, c.chebyshev, 1e-10)) << describe(c.system);
  }
}

/// Products of pairs that are predicted for a level grow with the size but for where the solver passes on to a band.
TEST(CostModel, KnowsWhereABandIsSummed) {
  constexpr std::size_t counted_products = 4;
  double before = 0.0;
  bool on_band = false;
  for (const std::int64_t n : {10'000, 20'000, 31'000, 36'000, 50'000, 60'000}) {
    const LevelChain levels = chain_of({.n_b = n, .n_c = n, .m = 0.7 * static_cast<double>(n)});
    const cpu::SpectralChain chain(levels);
    const cpu::Eigenpairs pairs = cpu::measure_pairs(chain, cpu::find_eigenvalues(chain, {}), {});
    const double error = cpu::EnergyModel(chain, pairs, {}).energy_error();
    const bool band = error == cpu::EnergyModel(chain, pairs, {}, 0).energy_error();
    const double products = forecast(levels, {}, Method::spectral).counts[counted_products] / static_cast<double>(levels.dim);
    EXPECT_EQ(products < before, band && !on_band) << n;
    before = products;
    on_band = band;
  }
  EXPECT_TRUE(on_band) << "too few pairs tell nothing";
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
