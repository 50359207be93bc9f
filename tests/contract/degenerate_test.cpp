#include <array>
#include <cmath>
#include <numbers>
#include <string>

#include "contract/contract.hpp"
#include "oracle/tridiagonal_oracle.hpp"
#include "support/comparisons.hpp"
#include "support/random_systems.hpp"
#include "support/tolerances.hpp"

// Inputs at the edge of what is physical or of what double precision holds.
namespace qbatt::test {
namespace {

constexpr std::int64_t thousand_million = 1'000'000'000;

class DegenerateContract : public Contract {
protected:
  /// Nothing moves: no peak, NaN optimum, the start at every time.
  static void expect_rest(const CentralSpin& system) {
    SCOPED_TRACE(describe(system));
    Request request;
    request.times = grid(0, 5, 3, TimeUnit::absolute);
    request.populations = true;
    const Table table = solve(std::array{system}, request);
    const Row& row = table.rows.at(0);
    EXPECT_EQ(to_string(row.status), "no-peak");
    EXPECT_TRUE(std::isnan(row.t_opt));
    for (std::size_t o = 0; o < observable_count; ++o) EXPECT_TRUE(std::isnan(row.at_optimum[static_cast<Observable>(o)])) << o;
    EXPECT_TRUE(at_most(row.error_bound, tolerance::identity));
    const Series& series = table.series.at(0);
    ASSERT_EQ(series.populations.size(), 3 * static_cast<std::size_t>(system.dim()));
    for (std::size_t i = 0; i < 3; ++i) {
      EXPECT_TRUE(within(populations_at(series, i)[0], 1, tolerance::identity));
      EXPECT_TRUE(within(series.values[i][Observable::energy], 0, tolerance::identity * system.omega_b));
      EXPECT_TRUE(within(series.values[i][Observable::power], 0, tolerance::identity * system.omega_b));
      EXPECT_TRUE(within(series.values[i][Observable::entropy], 0, tolerance::identity));
      EXPECT_TRUE(within(series.values[i][Observable::purity], 1, tolerance::identity));
    }
  }

  /// The first peak and the populations at a few times, against the oracle.
  static void expect_oracle(const CentralSpin& system) {
    SCOPED_TRACE(describe(system));
    Request request;
    request.times = grid(0, 3, 7, TimeUnit::optimum);
    request.populations = true;
    const Table table = solve(std::array{system}, request);
    const Row& row = table.rows.at(0);
    const Series& series = table.series.at(0);
    const TridiagonalOracle oracle(system);
    const auto peak = oracle.first_peak();
    ASSERT_TRUE(peak && peak->decided()) << "choose another system: rounding decides about this one";
    if (!expect_ok(row)) return;
    EXPECT_TRUE(within_relative(row.t_opt, peak->t, tolerance::t_opt));
    EXPECT_TRUE(within(row.at_optimum[Observable::energy_per_cell], oracle.observables(peak->t)[Observable::energy_per_cell],
                       energy_tolerance(system) + oracle.population_error(peak->t)));
    for (std::size_t i = 0; i < series.t.size(); ++i) {
      const std::vector<double> expected = oracle.populations(series.t[i]);
      for (std::size_t k = 0; k < expected.size(); ++k) {
        const double error = std::abs(populations_at(series, i)[k] - expected[k]);
        const double oracle_error = oracle.population_error(series.t[i]);
        EXPECT_TRUE(at_most(error, tolerance::population + oracle_error)) << "k = " << k << ", time " << i;
        EXPECT_TRUE(at_most(error, tolerance::allowed_by(series.error_bound[i]) + oracle_error)) << "k = " << k << ", time " << i;
      }
    }
  }
};

TEST_P(DegenerateContract, OneLevel) {
  expect_rest({.n_b = 1, .n_c = 1, .m = 0});
  expect_rest({.n_b = 50, .n_c = 70, .m = 0, .omega_b = 2, .omega_c = 3, .coupling = -1, .ising = 5});
  expect_rest({.n_b = thousand_million, .n_c = thousand_million, .m = 0});
}

TEST_P(DegenerateContract, NoCoupling) {
  expect_rest({.n_b = 1, .n_c = 1, .m = 1, .coupling = 0});
  expect_rest({.n_b = 30, .n_c = 40, .m = 20, .coupling = 0});
  expect_rest({.n_b = 30, .n_c = 40, .m = 40, .omega_c = -3, .coupling = 0, .ising = 2});
  expect_rest({.n_b = 3, .n_c = 3, .m = 3, .coupling = -0.0});
}

TEST_P(DegenerateContract, TwoLevels) {
  expect_oracle({.n_b = 1, .n_c = 5, .m = 3});
  expect_oracle({.n_b = 7, .n_c = 5, .m = 1});
  expect_oracle({.n_b = 1, .n_c = 1, .m = 1, .omega_b = 1, .omega_c = 1.7, .coupling = 0.3, .ising = 0.2});
  expect_oracle({.n_b = 7, .n_c = 5, .m = 1, .omega_b = 1, .omega_c = -4, .coupling = 2, .ising = 9});
  expect_oracle({.n_b = thousand_million, .n_c = thousand_million, .m = 1});
  // The detuning cancels the Ising term: diag(1) = 0.
  expect_oracle({.n_b = 1, .n_c = 3, .m = 3, .omega_b = 3, .omega_c = 4, .coupling = 1, .ising = 0.5});
}

TEST_P(DegenerateContract, NegativeCoupling) {
  expect_oracle({.n_b = 9, .n_c = 9, .m = 9, .coupling = -1});
  expect_oracle({.n_b = 6, .n_c = 9, .m = 4, .omega_c = 2, .coupling = -2, .ising = 0.7});
}

TEST_P(DegenerateContract, IsingMuchLargerThanCoupling) {
  for (const double ising : {30.0, -30.0, 1000.0}) {
    // Mirrored: without folding every level has a twin.
    expect_oracle({.n_b = 8, .n_c = 8, .m = 8, .ising = ising});
    expect_oracle({.n_b = 8, .n_c = 8, .m = 5, .ising = ising});
    expect_oracle({.n_b = 6, .n_c = 10, .m = 8, .ising = ising});
    // Not mirrored.
    expect_oracle({.n_b = 8, .n_c = 13, .m = 13, .ising = ising});
    expect_oracle({.n_b = 8, .n_c = 13, .m = 6, .omega_c = 3, .ising = ising});
    expect_oracle({.n_b = 3, .n_c = 2, .m = 2, .ising = ising});
  }
}

// Long mirrored chains in which the state never leaves its end: what must not appear is the tunnelling through a doublet.
TEST_P(DegenerateContract, DoubletsDoNotLeakThroughALongBarrier) {
  for (const double ising : {1.5, 2.0, 4.0, -2.0}) expect_oracle({.n_b = 60, .n_c = 60, .m = 60, .ising = ising});
  for (const double ising : {1.5, 2.0, 4.0, -2.0}) expect_oracle({.n_b = 50, .n_c = 61, .m = 61, .ising = ising});
}

// The detuning that makes the last level resonant with the first, |Delta| > |A|: a doublet without mirror symmetry.
TEST_P(DegenerateContract, DetunedDoublets) {
  for (const double ising : {1.2, 1.5, 2.0}) {
    CentralSpin s{.n_b = 12, .n_c = 15, .m = 15, .ising = ising};
    s.omega_c = s.omega_b + 2 * ising * (15 - 12 - 1.5);
    expect_oracle(s);
    s.omega_c += 1e-9;
    expect_oracle(s);
  }
}

TEST_P(DegenerateContract, BatteryMuchLargerThanCharger) {
  expect_oracle(CentralSpin::resonant(10'000, 3));
  expect_oracle(CentralSpin::resonant(thousand_million, 5));
  expect_oracle({.n_b = 100'000, .n_c = 20, .m = 11, .omega_c = 2, .ising = 1e-5});
  expect_oracle({.n_b = thousand_million, .n_c = 40, .m = 7});
}

TEST_P(DegenerateContract, ChargerMuchLargerThanBattery) {
  expect_oracle(CentralSpin::resonant(3, 10'000));
  expect_oracle(CentralSpin::resonant(5, thousand_million));
  expect_oracle({.n_b = 20, .n_c = 100'000, .m = 50'000, .omega_c = 2, .ising = 1e-3});
  expect_oracle({.n_b = 40, .n_c = thousand_million, .m = static_cast<double>(thousand_million / 3)});
}

TEST_P(DegenerateContract, ChargerPartlyUp) {
  expect_oracle({.n_b = 5, .n_c = 40, .m = 20});
  expect_oracle({.n_b = 39, .n_c = 41, .m = 40});
  expect_oracle({.n_b = 10, .n_c = 1'000'000, .m = 3});
  expect_oracle({.n_b = 40, .n_c = 1000, .m = 2});
  expect_oracle({.n_b = 40, .n_c = 40, .m = 1});
}

TEST_P(DegenerateContract, StrongDetuning) {
  for (const double omega_c : {31.0, -29.0, 301.0}) {
    expect_oracle({.n_b = 10, .n_c = 10, .m = 10, .omega_c = omega_c});
    expect_oracle({.n_b = 20, .n_c = 50, .m = 9, .omega_c = omega_c});
  }
}

// Squares of these couplings overflow or vanish; the physics is that of the coupling 1.
TEST_P(DegenerateContract, HugeAndTinyCouplings) {
  for (const CentralSpin& system : random_systems(51, 15, 30)) {
    for (const double scale : {1e150, 1e-150}) {
      CentralSpin extreme = system;
      extreme.omega_b *= scale;
      extreme.omega_c = extreme.omega_b + (system.omega_c - system.omega_b) * scale;
      extreme.coupling *= scale;
      extreme.ising *= scale;
      SCOPED_TRACE(describe(extreme));
      const Row row = optima(std::array{extreme})[0], plain = optima(std::array{system})[0];
      if (!(expect_ok(row) & expect_ok(plain))) continue;
      EXPECT_TRUE(within_relative(row.t_opt * scale, plain.t_opt, tolerance::t_opt));
      EXPECT_TRUE(within(row.at_optimum[Observable::energy_per_cell], plain.at_optimum[Observable::energy_per_cell],
                         2 * energy_tolerance(system)));
      EXPECT_TRUE(within(row.at_optimum[Observable::entropy], plain.at_optimum[Observable::entropy], 2 * tolerance::entropy));
    }
  }
}

// A is 1e-150 of the splittings: at resonance the clock is slow, out of it nothing happens worth a double.
TEST_P(DegenerateContract, CouplingsFarFromTheSplittings) {
  CentralSpin slow = CentralSpin::resonant(7, 7);
  slow.coupling = 1e-150;
  Row row = optima(std::array{slow})[0];
  ASSERT_TRUE(expect_ok(row));
  EXPECT_TRUE(within(row.at_optimum[Observable::energy_per_cell], 0.9550360950, 1e-10));
  slow.omega_c = 2;
  row = optima(std::array{slow})[0];
  if (GetParam().solver == Solver::spectral && row.status == Status::failed) {
    // Squares of 1e150 leave the range of the recurrence: it may say so, and `automatic` hands over.
    EXPECT_TRUE(std::isnan(row.error_bound));
    EXPECT_TRUE(std::isnan(row.t_opt));
  } else {
    ASSERT_TRUE(expect_ok(row));
    EXPECT_TRUE(within(row.at_optimum[Observable::energy_per_cell], 0, tolerance::energy_per_cell));
    EXPECT_TRUE(within_relative(row.t_opt, std::numbers::pi, 1e-10));  // half a period of the detuning
  }
  CentralSpin fast = CentralSpin::resonant(7, 7);
  fast.coupling = 1e150;
  fast.omega_c = 2;
  row = optima(std::array{fast})[0];
  ASSERT_TRUE(expect_ok(row));
  EXPECT_TRUE(within(row.at_optimum[Observable::energy_per_cell], 0.9550360950, 1e-10));
}

TEST_P(DegenerateContract, NoSystemsGiveNoRows) {
  EXPECT_TRUE(solve({}).rows.empty());
}

INSTANTIATE_TEST_SUITE_P(Every, DegenerateContract, testing::ValuesIn(implementations()),
                         [](const auto& test) { return test.param.name(); });

}  // namespace
}  // namespace qbatt::test
