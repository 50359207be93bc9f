#include <gmock/gmock.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <span>
#include <string>
#include <vector>

#include "contract/contract.hpp"
#include "qbatt/errors.hpp"
#include "support/comparisons.hpp"
#include "support/ensemble_table.hpp"
#include "support/random_systems.hpp"
#include "support/tolerances.hpp"

// Chargers beyond one Dicke state: bosons, and ensembles of chains.
namespace qbatt::test {
namespace {

using enum ChargerState;

class EnsembleContract : public Contract {
protected:
  /// Coherent chargers take singular values: not where there is no LAPACK.
  static bool has_coherent_states() {
    try {
      static_cast<void>(optimum({.n_b = 1, .n_c = 2, .m = 1, .charger_state = coherent}));
      return true;
    } catch (const BackendError& error) {
      EXPECT_THAT(error.what(), testing::HasSubstr("without LAPACK"));
      return false;
    }
  }

  /// Those of several chains.
  static std::vector<ChargerState> ensemble_states() {
    return has_coherent_states() ? std::vector{coherent, dephased, thermal} : std::vector{dephased, thermal};
  }

  static Row optimum(const CentralSpin& system, OptimumRule rule = OptimumRule::first_peak) {
    Request request;
    request.optimum = rule;
    return solve(std::array{system}, request).rows[0];
  }

  static ObservableValues state_at(const CentralSpin& system, double t, std::vector<double>* populations = nullptr) {
    const Series held = series(system, at_time(t));
    if (populations != nullptr) *populations = held.populations;
    return held.values[0];
  }
};

/// As expect_values(), of observables.
int compare(const EnsembleState& expected, const ObservableValues& values, const CentralSpin& system) {
  return expect_values(
      expected, system, [&](const std::string& name) { return values[find_observable(name).value()]; });
}

TEST_P(EnsembleContract, AgreesWithThirtyDigits) {
  const bool all = has_coherent_states();
  int compared = 0;
  int systems = 0;
  for (const EnsembleReference& reference : ensemble_table()) {
    const CentralSpin& system = reference.system;
    if (system.charger_state == coherent && !all) continue;
    ++systems;
    SCOPED_TRACE(describe(system));
    for (const OptimumRule rule : {OptimumRule::first_peak, OptimumRule::power}) {
      const Row row = optimum(system, rule);
      const EnsembleState& expected = rule == OptimumRule::power ? reference.most_power : reference.first_peak;
      ASSERT_TRUE(expect_ok(row));
      EXPECT_TRUE(within_relative(row.t_opt, expected.t, tolerance::t_opt));
      compared += compare(expected, row.at_optimum, system);
    }
    for (const EnsembleState& sample : reference.samples) {
      std::vector<double> populations;
      const ObservableValues values = state_at(system, sample.t, &populations);
      compared += compare(sample, values, system);
      for (std::size_t k = 0; k < sample.p.size(); ++k)
        EXPECT_TRUE(within(k < populations.size() ? populations[k] : 0, sample.p[k], tolerance::population)) << "k = " << k;
    }
  }
  EXPECT_EQ(systems, all ? 10 : 7);
  EXPECT_EQ(compared, systems * (10 + 11 + 2 * 10)) << "of each system: the first peak, the largest power, two samples";
}

TEST_P(EnsembleContract, KnownNumbers) {
  const CentralSpin warm{.n_b = 2, .n_c = 4, .m = 3.2, .charger_state = thermal};
  EXPECT_TRUE(within(state_at(warm, 0.7)[Observable::energy], 1.54551464279992, 1e-12));
  const CentralSpin shifted{.n_b = 3, .n_c = 4, .m = 3, .ising = 0.3, .charger_state = thermal};
  EXPECT_TRUE(within(state_at(shifted, 0.7)[Observable::energy], 1.92531198198869, 1e-12));
  if (!has_coherent_states()) return;
  const ObservableValues laser = state_at({.n_b = 2, .n_c = 4, .m = 3, .ising = 0.2, .charger_state = coherent}, 0.5);
  EXPECT_TRUE(within(laser[Observable::energy], 1.60334536158, 1e-11));
  EXPECT_TRUE(within(laser[Observable::entropy], 0.60233386037, 1e-11));
  EXPECT_TRUE(within(laser[Observable::ergotropy], 1.45734449547, 1e-11));
  EXPECT_TRUE(within(laser[Observable::ergotropy_incoherent], 1.20669072315, 1e-11));
}

TEST_P(EnsembleContract, TwoCellsAndAModeAreASine) {
  for (const std::int64_t n : {2, 3, 7, 100, 12345}) {
    const CentralSpin system{.n_b = 2, .n_c = 0, .m = static_cast<double>(n), .coupling = 0.6, .charger = Charger::boson};
    SCOPED_TRACE(describe(system));
    const Row row = optimum(system);
    ASSERT_TRUE(expect_ok(row));
    const auto quanta = static_cast<double>(n);
    EXPECT_TRUE(within_relative(row.at_optimum[Observable::energy], 8 * quanta * (quanta - 1) / std::pow(2 * quanta - 1, 2),
                                tolerance::energy_per_cell_constant_diagonal));
    EXPECT_TRUE(within_relative(row.t_opt, std::numbers::pi / (0.6 * std::sqrt(4 * quanta - 2)), tolerance::t_opt));
  }
}

TEST_P(EnsembleContract, AsManyQuantaAsCells) {
  const std::array expected{std::pair{4, 0.861460682113}, std::pair{10, 0.886330036417}, std::pair{1000, 0.984633870573}};
  for (const auto& [n, energy] : expected) {
    const CentralSpin system{.n_b = n, .n_c = 0, .m = static_cast<double>(n), .charger = Charger::boson};
    const Row row = optimum(system);
    ASSERT_TRUE(expect_ok(row));
    EXPECT_TRUE(within(row.at_optimum[Observable::energy_per_cell], energy, 1e-12)) << n;
  }
}

// A ladder of very many spins, few of them up, is that of a mode.
TEST_P(EnsembleContract, AModeIsTheLimitOfManySpins) {
  constexpr double many = 1e10;
  for (const auto& [n_b, m] : {std::pair{1, 1}, std::pair{4, 4}, std::pair{7, 10}, std::pair{10, 3}}) {
    const CentralSpin mode{.n_b = n_b, .n_c = 0, .m = static_cast<double>(m), .coupling = 0.8, .charger = Charger::boson};
    const CentralSpin spins{.n_b = n_b, .n_c = 10'000'000'000, .m = static_cast<double>(m), .coupling = 0.8 / std::sqrt(many)};
    const std::vector<Row> rows = optima(std::array{mode, spins});
    SCOPED_TRACE(describe(mode));
    EXPECT_TRUE(within_relative(rows[0].t_opt, rows[1].t_opt, 1e-9));
    EXPECT_TRUE(within(rows[0].at_optimum[Observable::energy_per_cell], rows[1].at_optimum[Observable::energy_per_cell], 1e-9));
  }
}

TEST_P(EnsembleContract, AFullChargerIsOneChainWhateverItsState) {
  for (const CentralSpin& full :
       {CentralSpin::resonant(7, 9), CentralSpin{.n_b = 5, .n_c = 4, .m = 4, .omega_c = 1.2, .ising = 0.2}}) {
    std::vector<CentralSpin> systems(4, full);
    for (std::size_t i = 0; i < systems.size(); ++i) systems[i].charger_state = all_charger_states[i];
    Request request;
    request.times = grid(0, 1.5, 7, TimeUnit::absolute);
    request.populations = true;
    const Table table = solve(systems, request);
    for (std::size_t i = 1; i < systems.size(); ++i) {
      SCOPED_TRACE(describe(systems[i]));
      EXPECT_EQ(table.rows[i].sectors, 1);
      EXPECT_TRUE(same_bits(table.rows[i].t_opt, table.rows[0].t_opt));
      EXPECT_TRUE(same_bits(table.rows[i].error_bound, table.rows[0].error_bound));
      for (const ObservableInfo& info : observable_info()) {
        EXPECT_TRUE(same_bits(table.rows[i].at_optimum[info.id], table.rows[0].at_optimum[info.id])) << info.name;
        for (std::size_t k = 0; k < 7; ++k)
          EXPECT_TRUE(same_bits(table.series[i].values.column(info.id)[k], table.series[0].values.column(info.id)[k])) << info.name;
      }
      EXPECT_EQ(table.series[i].populations, table.series[0].populations);
    }
  }
}

// Sharing chains with others, threads and the split of a list must not show.
TEST_P(EnsembleContract, ARowDoesNotDependOnItsCompany) {
  std::vector<CentralSpin> systems;
  for (const ChargerState state : ensemble_states()) {
    for (const double m : {2.5, 7.0, 11.9}) systems.push_back({.n_b = 6, .n_c = 12, .m = m, .ising = 0.1, .charger_state = state});
    systems.push_back({.n_b = 80, .n_c = 84, .m = 79, .charger_state = state});
    systems.push_back({.n_b = 4, .n_c = 0, .m = 3.5, .charger = Charger::boson, .charger_state = state});
    systems.push_back({.n_b = 6, .n_c = 12, .m = 5});
  }
  Request request;
  request.threads = 2;
  request.times = grid(0, 2, 19, TimeUnit::optimum);
  request.populations = true;
  const Table together = solve(systems, request);
  request.threads = 1;
  for (std::size_t i = 0; i < systems.size(); ++i) {
    SCOPED_TRACE(describe(systems[i]));
    const Table alone = solve(std::span(systems).subspan(i, 1), request);
    const Row& a = alone.rows[0];
    const Row& b = together.rows[i];
    EXPECT_EQ(a.status, Status::ok);
    EXPECT_EQ(a.n_eig, b.n_eig);
    EXPECT_TRUE(same_bits(a.t_opt, b.t_opt));
    EXPECT_TRUE(same_bits(a.error_bound, b.error_bound));
    for (const ObservableInfo& info : observable_info()) {
      EXPECT_TRUE(same_bits(a.at_optimum[info.id], b.at_optimum[info.id])) << info.name;
      const auto own = alone.series[0].values.column(info.id), among = together.series[i].values.column(info.id);
      for (std::size_t k = 0; k < own.size(); ++k) EXPECT_TRUE(same_bits(own[k], among[k])) << info.name << " at time " << k;
    }
    EXPECT_EQ(alone.series[0].populations, together.series[i].populations);
  }
}

TEST_P(EnsembleContract, TheOptimumIsOneOfTheWholeEnsemble) {
  Random random(2003);
  const std::vector<ChargerState> states = ensemble_states();
  for (int i = 0; i < 12; ++i) {
    CentralSpin system{.n_b = random.integer(2, 40), .n_c = random.integer(2, 50)};
    system.charger_state = states[static_cast<std::size_t>(i) % states.size()];
    system.m = random.uniform(0.3, 0.95) * static_cast<double>(system.n_c);
    if (i % 2 == 1) system.omega_c = 1 + random.uniform(0, 0.2) * system.rabi();
    SCOPED_TRACE(describe(system));
    Request request;
    request.times = grid(0, 1.01, 102, TimeUnit::optimum);
    request.series_observables = {Observable::energy, Observable::power, Observable::instantaneous_power};
    const Table first = solve(std::array{system}, request);
    ASSERT_TRUE(expect_ok(first.rows[0]));
    const auto slope = first.series[0].values.column(Observable::instantaneous_power);
    const auto energy = first.series[0].values.column(Observable::energy);
    const double steepest = std::ranges::max(slope);
    EXPECT_TRUE(within(slope[100] / steepest, 0, 1e-10));
    for (std::size_t k = 1; k < 100; ++k) EXPECT_TRUE(at_most(-slope[k] / steepest, 1e-12)) << "at step " << k;
    EXPECT_LT(slope[101], 0);
    request.optimum = OptimumRule::power;
    const Table power = solve(std::array{system}, request);
    EXPECT_TRUE(between(power.rows[0].t_opt, 0, first.rows[0].t_opt));
    for (const double p : power.series[0].values.column(Observable::power))
      EXPECT_TRUE(at_most(p / power.rows[0].at_optimum[Observable::power], 1 + 1e-12));
    request.optimum = OptimumRule::global;
    request.window = 4;
    const Row global = solve(std::array{system}, request).rows[0];
    EXPECT_TRUE(at_most(std::ranges::max(energy), global.at_optimum[Observable::energy] * (1 + 1e-11)));
  }
}

TEST_P(EnsembleContract, AnEmptyChargerMovesNothing) {
  for (const Charger charger : all_chargers) {
    for (const ChargerState state : all_charger_states) {
      const CentralSpin system{
          .n_b = 3, .n_c = charger == Charger::spins ? 3 : 0, .m = 0, .charger = charger, .charger_state = state};
      EXPECT_EQ(optimum(system).status, Status::no_peak);
    }
    CentralSpin uncoupled{
        .n_b = 3, .n_c = charger == Charger::spins ? 3 : 0, .m = 1.5, .coupling = 0, .charger = charger, .charger_state = thermal};
    EXPECT_EQ(optimum(uncoupled).status, Status::no_peak);
  }
}

// At the shortest times what is stored is far below the rounding of 1.
TEST_P(EnsembleContract, LittleChargeKeepsItsDigits) {
  for (const ChargerState state : ensemble_states()) {
    const CentralSpin system{.n_b = 5, .n_c = 8, .m = 6.4, .ising = 0.1, .charger_state = state};
    SCOPED_TRACE(describe(system));
    const double t = 1e-9 / system.rabi();
    const ObservableValues values = state_at(system, t);
    EXPECT_TRUE(within_relative(values[Observable::energy], 1e-18, 1e-8)) << "a_0^2 t^2";
    EXPECT_TRUE(within_relative(values[Observable::power], 1e-18 / t, 1e-8));
    EXPECT_TRUE(between(values[Observable::entropy], 0, 1e-15));
  }
}

INSTANTIATE_TEST_SUITE_P(Every, EnsembleContract, testing::ValuesIn(implementations()),
                         [](const auto& test) { return test.param.name(); });

}  // namespace
}  // namespace qbatt::test
