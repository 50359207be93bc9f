#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include "contract/contract.hpp"
#include "support/comparisons.hpp"
#include "support/random_systems.hpp"
#include "support/tolerances.hpp"

// What holds for any state at any time.
namespace qbatt::test {
namespace {

std::vector<CentralSpin> samples() {
  std::vector<CentralSpin> systems = random_systems(21, 60, 60);
  systems.push_back(CentralSpin::resonant(200, 200));
  systems.push_back(CentralSpin::resonant(300, 290));
  systems.push_back({.n_b = 120, .n_c = 150, .m = 70, .omega_b = 1, .omega_c = 4});
  return systems;
}

void expect_probabilities(std::span<const double> p, double slack) {
  for (std::size_t k = 0; k < p.size(); ++k) EXPECT_TRUE(between(p[k], 0, 1 + slack)) << "k = " << k;
  EXPECT_TRUE(within(std::accumulate(p.begin(), p.end(), 0.0), 1, slack));
}

void expect_possible(const ObservableValues& v, const CentralSpin& system, double slack) {
  const double omega = system.omega_b;
  const double cells = static_cast<double>(system.n_b);
  const double levels = static_cast<double>(system.dim());
  const double loose = slack * cells;
  EXPECT_TRUE(between(v[Observable::energy_per_cell], -slack, (levels - 1) / cells + slack));
  EXPECT_TRUE(within_relative(v[Observable::energy], v[Observable::energy_per_cell] * omega * cells, tolerance::identity));
  EXPECT_TRUE(between(v[Observable::variance] / (omega * omega), -loose, std::pow((levels - 1) / 2, 2) + cells * loose));
  // Entropies may leave their ranges by what the entropy of a level is uncertain.
  EXPECT_TRUE(between(v[Observable::entropy], -tolerance::entropy, std::log2(levels) + tolerance::entropy));
  EXPECT_TRUE(between(v[Observable::purity], 1 / levels - slack, 1 + slack));
  EXPECT_TRUE(within(v[Observable::renyi2], -std::log2(v[Observable::purity]), tolerance::identity));
  EXPECT_TRUE(at_most(v[Observable::renyi2], v[Observable::entropy] + tolerance::entropy));
  EXPECT_TRUE(between(v[Observable::log_negativity], -tolerance::log_negativity, std::log2(levels) + tolerance::log_negativity));
  EXPECT_TRUE(at_most(v[Observable::entropy], v[Observable::log_negativity] + tolerance::entropy));
  // The full space has more states of low energy to sort populations into: more work can be had.
  EXPECT_TRUE(between(v[Observable::ergotropy] / omega, -loose, v[Observable::ergotropy_full] / omega + loose));
  EXPECT_TRUE(at_most(v[Observable::ergotropy_full] / omega, v[Observable::energy] / omega + loose));
  // Cells one by one give less than all at once; no more can be had than lies between the largest and the smallest energy.
  EXPECT_TRUE(between(v[Observable::local_ergotropy] / omega, 0, v[Observable::ergotropy] / omega + loose));
  EXPECT_TRUE(at_most(v[Observable::ergotropy] / omega, v[Observable::capacity] / omega + loose));
  EXPECT_TRUE(between(v[Observable::capacity] / omega, -loose, v[Observable::capacity_full] / omega + loose));
  EXPECT_TRUE(at_most(v[Observable::capacity_full] / omega, cells + loose));
}

// Sums over the populations that the series itself reports.
void expect_consistent(const ObservableValues& v, std::span<const double> p, const CentralSpin& system) {
  const double omega = system.omega_b;
  const double cells = static_cast<double>(system.n_b);
  double mean = 0, purity = 0, entropy = 0, variance = 0;
  for (std::size_t k = 0; k < p.size(); ++k) {
    mean += static_cast<double>(k) * p[k];
    purity += p[k] * p[k];
    entropy -= p[k] > 0 ? p[k] * std::log2(p[k]) : 0;
  }
  for (std::size_t k = 0; k < p.size(); ++k) variance += std::pow(static_cast<double>(k) - mean, 2) * p[k];
  constexpr double sums = 1e-13;  // hundreds of additions in another order
  EXPECT_TRUE(within(v[Observable::energy_per_cell], mean / cells, sums));
  EXPECT_TRUE(within(v[Observable::purity], purity, sums));
  EXPECT_TRUE(within(v[Observable::entropy], entropy, sums * 10));
  EXPECT_TRUE(within(v[Observable::variance] / std::pow(omega * cells, 2), variance / (cells * cells), sums * 10));
  EXPECT_TRUE(within(v[Observable::p_full], static_cast<std::int64_t>(p.size()) == system.n_b + 1 ? p.back() : 0, sums));
}

TEST_P(Contract, EveryStateIsPossible) {
  for (const CentralSpin& system : samples()) {
    for (const TimeGrid& times : {grid(0, 20, 41, TimeUnit::rabi), grid(0, 2, 21, TimeUnit::optimum)}) {
      Request request;
      request.times = times;
      request.populations = true;
      const Table table = solve(std::array{system}, request);
      const Row& row = table.rows.at(0);
      const Series& series = table.series.at(0);
      SCOPED_TRACE(describe(system));
      expect_ok(row);
      ASSERT_EQ(series.t.size(), static_cast<std::size_t>(times.count));
      ASSERT_EQ(series.populations.size(), series.t.size() * static_cast<std::size_t>(system.dim()));
      for (std::size_t i = 0; i < series.t.size(); ++i) {
        const double slack = tolerance::identity + tolerance::allowed_by(series.error_bound[i]);
        SCOPED_TRACE("t = " + std::to_string(series.t[i]));
        expect_probabilities(populations_at(series, i), slack);
        expect_possible(series.values[i], system, slack);
        expect_consistent(series.values[i], populations_at(series, i), system);
        EXPECT_TRUE(between(series.error_bound[i], 0, row.error_bound));
      }
    }
  }
}

TEST_P(Contract, TheStartIsTheStart) {
  for (const CentralSpin& system : samples()) {
    SCOPED_TRACE(describe(system));
    const Series start = series(system, at_time(0));
    const ObservableValues v = start.values[0];
    const double slack = tolerance::identity + tolerance::allowed_by(start.error_bound[0]);
    EXPECT_EQ(start.t.at(0), 0);
    EXPECT_TRUE(within(start.populations[0], 1, slack));
    EXPECT_TRUE(within(v[Observable::energy_per_cell], 0, slack));
    EXPECT_EQ(v[Observable::power], 0) << "not 0/0";
    EXPECT_TRUE(within(v[Observable::purity], 1, 4 * slack));
    EXPECT_TRUE(within(v[Observable::entropy], 0, tolerance::entropy));
    EXPECT_TRUE(within(v[Observable::log_negativity], 0, tolerance::log_negativity));
  }
}

// No oracle needed: up to the first peak the power is never negative, at it the power is nought, and a little later it is negative.
TEST_P(Contract, ThePeakIsAPeakAndTheFirst) {
  for (const CentralSpin& system : samples()) {
    Request request;
    request.times = grid(0, 1.001, 1002, TimeUnit::optimum);
    const Table table = solve(std::array{system}, request);
    SCOPED_TRACE(describe(system));
    if (!expect_ok(table.rows.at(0))) continue;
    const Series& series = table.series.at(0);
    const double most = std::ranges::max(series.values.column(Observable::instantaneous_power));
    constexpr double noise = 1e-10;  // in units of the largest power
    for (std::size_t i = 0; i <= 1000; ++i)
      EXPECT_TRUE(at_most(-noise, series.values[i][Observable::instantaneous_power] / most)) << "at step " << i;
    EXPECT_TRUE(within(series.values[1000][Observable::instantaneous_power] / most, 0, noise));
    EXPECT_LT(series.values[1001][Observable::instantaneous_power], 0);
    EXPECT_TRUE(within_relative(series.t[1000], table.rows[0].t_opt, tolerance::identity));
    EXPECT_TRUE(within(series.values[1000][Observable::energy_per_cell], table.rows[0].at_optimum[Observable::energy_per_cell],
                       2 * energy_tolerance(system)));
  }
}

TEST_P(Contract, SeriesHoldWhatWasAskedForWhateverElseWas) {
  const std::vector<CentralSpin> systems{
      CentralSpin::resonant(60, 60), CentralSpin::resonant(7, 9), {.n_b = 40, .n_c = 50, .m = 30, .omega_b = 1, .omega_c = 2}};
  Request request;
  request.times = grid(0, 3, 7, TimeUnit::rabi);
  const Table everything = solve(systems, request);
  request.series_observables = {Observable::entropy, Observable::energy, Observable::log_negativity};
  const Table part = solve(systems, request);
  for (std::size_t i = 0; i < systems.size(); ++i) {
    for (std::size_t t = 0; t < everything.series[i].t.size(); ++t) {
      for (const Observable o : request.series_observables)
        EXPECT_TRUE(same_bits(part.series[i].values[t][o], everything.series[i].values[t][o])) << describe(systems[i]);
      EXPECT_FALSE(std::isnan(everything.series[i].values[t][Observable::ergotropy]));
    }
  }
}

}  // namespace
}  // namespace qbatt::test
