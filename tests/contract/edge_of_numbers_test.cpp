#include <array>
#include <cmath>

#include "contract/contract.hpp"
#include "support/comparisons.hpp"

// States that cannot be computed, and numbers that rounding could make up.
namespace qbatt::test {
namespace {

class NumbersContract : public Contract {
protected:
  static Request at(double start, double stop, std::int64_t count) {
    Request request;
    request.times = TimeGrid{.start = start, .stop = stop, .count = count, .unit = TimeUnit::absolute};
    request.populations = true;
    return request;
  }

  /// All that is said of the state at one time is a number, or nothing is. Returns which.
  static bool known(const Series& series, std::size_t time) {
    const bool is_known = std::isfinite(series.error_bound[time]);
    for (const ObservableInfo& info : observable_info())
      EXPECT_EQ(std::isnan(series.values.column(info.id)[time]), !is_known) << info.name << " at time " << time;
    const std::size_t levels = series.populations.size() / series.t.size();
    for (std::size_t k = 0; k < levels; ++k)
      EXPECT_EQ(std::isnan(series.populations[time * levels + k]), !is_known) << "p_" << k << " at time " << time;
    return is_known;
  }

  static void expect_failed(const Row& row) {
    EXPECT_EQ(to_string(row.status), "failed");
    EXPECT_NE(row.failure, Failure::none);
    EXPECT_TRUE(std::isnan(row.error_bound));
    EXPECT_TRUE(std::isnan(row.t_opt));
    for (const ObservableInfo& info : observable_info()) EXPECT_TRUE(std::isnan(row.at_optimum[info.id])) << info.name;
  }

  static void expect_all_or_nothing(const CentralSpin& system, const Request& request) {
    SCOPED_TRACE(describe(system));
    const Table table = solve(std::array{system}, request);
    const Series& series = table.series.at(0);
    ASSERT_EQ(series.t.size(), static_cast<std::size_t>(request.times->count));
    bool all = true;
    for (std::size_t i = 0; i < series.t.size(); ++i) {
      EXPECT_FALSE(std::isnan(series.t[i]));
      all = known(series, i) && all;
    }
    if (!all || table.rows[0].status == Status::failed) expect_failed(table.rows[0]);
  }
};

TEST_P(NumbersContract, AStateThatCannotBeComputedIsNaNInEveryColumn) {
  for (const double ising : {1e80, 1e300}) {
    expect_all_or_nothing({.n_b = 4, .n_c = 4, .m = 4, .ising = ising}, at(0, 1, 2));
    expect_all_or_nothing({.n_b = 40, .n_c = 55, .m = 55, .ising = ising}, at(0, 1, 2));
  }
  expect_all_or_nothing({.n_b = 4, .n_c = 5, .m = 5, .omega_c = 1e300}, at(0, 1, 2));
  expect_all_or_nothing({.n_b = 4, .n_c = 5, .m = 5, .omega_c = -1e200, .coupling = 1e-200}, at(0, 1, 2));
}

TEST_P(NumbersContract, TimesBeyondTheRangeOfADoubleAreNaN) {
  for (const std::int64_t n : {1, 4, 40}) {
    const CentralSpin system = CentralSpin::resonant(n, n + 1);
    expect_all_or_nothing(system, at(0, 1.7e308, 3));
    Request request = at(0, 1.7e308, 3);
    request.optimum = OptimumRule::none;
    const Table table = solve(std::array{system}, request);
    expect_failed(table.rows.at(0));
    EXPECT_FALSE(known(table.series.at(0), 2));
  }
}

TEST_P(NumbersContract, ObservablesBeyondTheRangeOfADoubleFail) {
  for (const double omega : {1e160, 1e308}) {
    const CentralSpin system{.n_b = 4, .n_c = 4, .m = 4, .omega_b = omega, .omega_c = omega};
    const Table table = solve(std::array{system}, at(0.5, 1, 2));
    expect_failed(table.rows.at(0));
    EXPECT_EQ(table.rows[0].failure, Failure::overflow);
    for (std::size_t i = 0; i < 2; ++i)
      for (const ObservableInfo& info : observable_info()) EXPECT_TRUE(std::isnan(table.series[0].values.column(info.id)[i]));
  }
  CentralSpin slow = CentralSpin::resonant(1, 1);
  slow.coupling = 5e-324;  // t_opt is 1e323
  expect_failed(optima(std::array{slow}).at(0));
}

TEST_P(NumbersContract, NothingIsStoredAtTheStart) {
  for (const CentralSpin& system : {CentralSpin::resonant(1, 1), CentralSpin::resonant(7, 7),
                                    CentralSpin{.n_b = 40, .n_c = 50, .m = 45, .omega_c = 3, .ising = 1.4},
                                    CentralSpin{.n_b = 5, .n_c = 9, .m = 9, .ising = 1e9}}) {
    SCOPED_TRACE(describe(system));
    const Series series = solve(std::array{system}, at(0, 1e-3, 2)).series.at(0);
    using enum Observable;
    for (const Observable o : {energy, energy_per_cell, power, instantaneous_power, variance, entropy, renyi2, log_negativity,
                               ergotropy, ergotropy_full})
      EXPECT_EQ(series.values[0][o], 0.0) << static_cast<int>(o);
    EXPECT_EQ(series.values[0][purity], 1.0);
    EXPECT_EQ(series.populations[0], 1.0);
  }
}

// E = omega_b (a_0 t)^2, to its next term.
TEST_P(NumbersContract, TheFirstEnergyGrowsWithTheSquareOfTheTime) {
  for (const CentralSpin& system :
       {CentralSpin::resonant(1, 1), CentralSpin{.n_b = 7, .n_c = 9, .m = 8, .omega_b = 2, .ising = 0.3},
        CentralSpin{.n_b = 60, .n_c = 60, .m = 60, .coupling = 0.1}}) {
    SCOPED_TRACE(describe(system));
    for (const double t : {1e-140, 1e-30, 1e-15, 1e-10}) {
      const Series series = solve(std::array{system}, at(t, 2 * t, 2)).series.at(0);
      for (std::size_t i = 0; i < 2; ++i) {
        const double angle = system.rabi() * series.t[i];
        EXPECT_TRUE(within_relative(series.values[i][Observable::energy], system.omega_b * angle * angle, 1e-12)) << t;
        EXPECT_TRUE(within_relative(series.values[i][Observable::power], system.omega_b * angle * system.rabi(), 1e-12)) << t;
        EXPECT_TRUE(within_relative(series.values[i][Observable::variance], system.omega_b * system.omega_b * angle * angle, 1e-12))
            << t;
        EXPECT_EQ(series.values[i][Observable::ergotropy], 0.0) << "the lower level holds more";
      }
    }
  }
}

// A far detuned battery keeps to its first level, p_1 ~ (a_0/gap)^2 and p_2 ~ (a_0/gap)^4: all that can be extracted is of the
// order of p_2, while one level up from 1 there is room for p_1 alone.
TEST_P(NumbersContract, NothingIsExtractedFromWhatHasHardlyLeftTheStart) {
  for (const double ising : {1e3, 1e4, 1e6, 1e9}) {
    for (const CentralSpin& system :
         {CentralSpin{.n_b = 40, .n_c = 55, .m = 55, .ising = ising}, CentralSpin{.n_b = 4, .n_c = 7, .m = 7, .ising = ising}}) {
      SCOPED_TRACE(describe(system));
      if (GetParam().solver == Solver::chebyshev && ising > 1e4) continue;  // an expansion as long as the spectrum is wide
      Request request = at(0.3, 0.7, 3);
      const Table table = solve(std::array{system}, request);
      if (table.rows.at(0).status == Status::failed) continue;
      const double most = std::pow(2 * system.rabi() / system.diag(1), 2);  // of p_1
      const auto expect_passive = [most](const ObservableValues& v) {
        using enum Observable;
        ASSERT_GT(v[energy], 0.0);
        EXPECT_TRUE(at_most(v[ergotropy], v[ergotropy_full] + 1e-14 * v[energy]));
        EXPECT_TRUE(at_most(v[ergotropy_full], 4 * most * most + 1e-14 * v[energy]));
        EXPECT_TRUE(at_most(v[energy], v[entropy])) << "-p log2 p of a small p";
      };
      expect_passive(table.rows[0].at_optimum);
      for (std::size_t i = 0; i < 3; ++i) expect_passive(table.series[0].values[i]);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Every, NumbersContract, testing::ValuesIn(implementations()),
                         [](const auto& test) { return test.param.name(); });

}  // namespace
}  // namespace qbatt::test
