#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "contract/contract.hpp"
#include "oracle/closed_forms.hpp"
#include "support/comparisons.hpp"
#include "support/random_systems.hpp"
#include "support/tolerances.hpp"

// Closed forms, and numbers known to ten digits.
namespace qbatt::test {
namespace {

TEST_P(Contract, OneCellIsASine) {
  for (const std::int64_t n_c : {1, 2, 9, 4000, 1'000'000'000}) {
    CentralSpin system = CentralSpin::resonant(1, n_c);
    system.coupling = 0.7;
    system.omega_b = system.omega_c = 2.5;
    SCOPED_TRACE(describe(system));
    const Row row = optima(std::array{system})[0];
    ASSERT_TRUE(expect_ok(row));
    EXPECT_TRUE(within_relative(row.t_opt, closed::one_cell_peak(n_c, 0.7), tolerance::t_opt));
    EXPECT_TRUE(within(row.at_optimum[Observable::energy], 2.5, 2.5 * tolerance::energy_per_cell_constant_diagonal));
    const Series curve = series(system, grid(0, 3, 31, TimeUnit::optimum));
    for (std::size_t i = 0; i < curve.t.size(); ++i) {
      EXPECT_TRUE(within(curve.values[i][Observable::energy] / 2.5, closed::one_cell_energy(n_c, 0.7, curve.t[i]),
                         tolerance::energy_per_cell_constant_diagonal));
    }
  }
}

TEST_P(Contract, ThreeLevelsInClosedForm) {
  for (const std::int64_t n : {2, 3, 7, 500, 1'000'000}) {
    for (const CentralSpin& system : {CentralSpin::resonant(2, n), CentralSpin::resonant(n, 2)}) {
      SCOPED_TRACE(describe(system));
      const Row row = optima(std::array{system})[0];
      ASSERT_TRUE(expect_ok(row));
      const double cells = static_cast<double>(system.n_b);
      EXPECT_TRUE(within_relative(row.t_opt, closed::three_level_peak(n, 1), tolerance::t_opt));
      EXPECT_TRUE(within(row.at_optimum[Observable::energy_per_cell], closed::three_level_peak_energy(n) / cells,
                         tolerance::energy_per_cell_constant_diagonal));
      EXPECT_TRUE(within(row.at_optimum[Observable::entropy], closed::three_level_peak_entropy(n), tolerance::entropy));
      const Series curve = series(system, grid(0, 3, 16, TimeUnit::optimum));
      for (std::size_t i = 0; i < curve.t.size(); ++i) {
        const auto expected = closed::three_level_populations(n, 1, curve.t[i]);
        for (std::size_t k = 0; k < 3; ++k) EXPECT_TRUE(within(populations_at(curve, i)[k], expected[k], tolerance::population));
      }
    }
  }
}

// After millions of turns the rounding of the eigenvalues shows in the populations: the bound must have grown with it, and by no
// more than it takes. The exact answer is had in long double.
TEST_P(Contract, BoundsGrowWithTime) {
  constexpr double round = std::numeric_limits<double>::epsilon() / 2;
  double most_of_bound = 0;
  for (const std::int64_t n_c : {2, 3, 5, 6, 7, 10, 11, 13}) {
    const CentralSpin system = CentralSpin::resonant(1, n_c);
    for (const double turns : {1e3, 1e5, 1e7, 1e9}) {
      if (GetParam().solver == Solver::chebyshev && turns > 1e5) continue;  // its work grows with time
      const Series late = series(system, at_time(turns, TimeUnit::rabi));
      const long double angle = std::sqrt(static_cast<long double>(n_c)) * late.t.at(0);
      const auto expected = static_cast<double>(std::pow(std::sin(angle), 2));
      const double error = std::abs(late.values[0][Observable::energy_per_cell] - expected);
      const double bound = tolerance::allowed_by(late.error_bound.at(0));
      EXPECT_TRUE(at_most(error, bound)) << "N_c = " << n_c << ", " << turns << " turns";
      EXPECT_TRUE(at_most(late.error_bound[0], 100 * round * turns)) << "N_c = " << n_c << ", " << turns << " turns";
      most_of_bound = std::max(most_of_bound, error / bound);
    }
  }
  EXPECT_GT(most_of_bound, 0.001) << "errors too small to say anything about the bounds";
}

TEST_P(Contract, TimeGridsIncludeTheirEnds) {
  for (const CentralSpin& system : random_systems(71, 50, 20)) {
    const Series absolute = series(system, grid(0.1, 0.7, 4, TimeUnit::absolute));
    ASSERT_EQ(absolute.t.size(), 4U);
    EXPECT_EQ(absolute.t.front(), 0.1) << describe(system);
    EXPECT_EQ(absolute.t.back(), 0.7) << describe(system);
    EXPECT_TRUE(within_relative(absolute.t[1], 0.3, tolerance::identity)) << describe(system);
    const Series rabi = series(system, grid(1, 3, 3, TimeUnit::rabi));
    ASSERT_EQ(rabi.t.size(), 3U);
    for (std::size_t i = 0; i < 3; ++i)
      EXPECT_TRUE(within_relative(rabi.t[i] * system.rabi(), static_cast<double>(i + 1), tolerance::identity)) << describe(system);
    const Series optimum = series(system, grid(1, 1, 1, TimeUnit::optimum));
    EXPECT_TRUE(within_relative(optimum.t.at(0), optima(std::array{system})[0].t_opt, tolerance::t_opt)) << describe(system);
  }
}

// Times of a list, equal and far apart ones among them, more than are looked at side by side.
TEST_P(Contract, TimesOfAListAreThoseOfEachTime) {
  std::vector<double> times{0, 0.1, 0.1, 0.37, 0.9, 0.9000001};
  for (int i = 0; i < 20; ++i) times.push_back(1 + 0.01 * i * i);
  for (const CentralSpin& system : random_systems(73, 8, 20)) {
    if (may_give_up(system)) continue;
    for (const TimeUnit unit : {TimeUnit::absolute, TimeUnit::rabi, TimeUnit::optimum}) {
      SCOPED_TRACE(describe(system));
      const Series listed = series(system, time_list(times, unit));
      const std::size_t levels = listed.populations.size() / times.size();
      ASSERT_EQ(listed.t.size(), times.size());
      EXPECT_EQ(listed.t[1], listed.t[2]);
      for (const std::size_t i :
           {std::size_t{0}, std::size_t{2}, std::size_t{3}, std::size_t{5}, std::size_t{16}, times.size() - 1}) {
        const Series alone = series(system, at_time(times[i], unit));
        EXPECT_TRUE(within_relative(listed.t[i], alone.t[0], tolerance::identity)) << i;
        const double allowed = tolerance::allowed_by(listed.error_bound[i]) + tolerance::allowed_by(alone.error_bound[0]);
        for (std::size_t k = 0; k < levels; ++k)
          EXPECT_TRUE(within(listed.populations[i * levels + k], alone.populations[k], allowed)) << i << " " << k;
        EXPECT_TRUE(at_most(listed.error_bound[i], default_tolerance(system.dim()))) << i;
      }
    }
  }
}

// At Delta = +-A every difference of eigenvalues is a whole multiple of |A|: the state is back after 2 pi/|A|, at any size.
TEST_P(Contract, HeisenbergPointRevives) {
  for (const std::int64_t n : {std::int64_t{3}, std::int64_t{40}, std::int64_t{fast() ? 500 : 200}}) {
    for (const std::int64_t m : {n + 1, n / 2 + 1}) {
      for (const double ising : {0.5, -0.5}) {
        const CentralSpin system{
            .n_b = n, .n_c = n + 1, .m = static_cast<double>(m), .omega_b = 3, .omega_c = 3, .coupling = 0.5, .ising = ising};
        SCOPED_TRACE(describe(system));
        const double t = closed::heisenberg_revival(0.5);
        const Series back = series(system, at_time(t));
        // |H| t grows like N^2 here: eigenvalues rounded to double leave a phase error that the bound must own up to.
        const double norm = 0.5 * std::pow(static_cast<double>(2 * n + 1), 2) / 2;
        const double rounding = 4 * std::numeric_limits<double>::epsilon() * norm * t;
        EXPECT_TRUE(at_most(1 - back.populations[0], tolerance::allowed_by(back.error_bound[0]) + tolerance::identity));
        EXPECT_TRUE(within(back.populations[0], 1, tolerance::population + rounding));
        EXPECT_TRUE(at_most(back.error_bound[0], default_tolerance(system.dim())));
      }
    }
  }
}

TEST_P(Contract, FigureFiveAtSmallSizes) {
  std::vector<CentralSpin> systems;
  for (std::int64_t n = 1; n <= 40; ++n) systems.push_back(CentralSpin::resonant(n, n));
  const std::vector<Row> rows = optima(systems);
  std::size_t emptiest = 0, most_entangled = 0;
  const auto entropy_per_cell = [&](std::size_t i) { return rows[i].at_optimum[Observable::entropy] / static_cast<double>(i + 1); };
  for (std::size_t i = 0; i < rows.size(); ++i) {
    ASSERT_TRUE(expect_ok(rows[i]));
    const auto energy = [&](std::size_t j) { return rows[j].at_optimum[Observable::energy_per_cell]; };
    if (energy(i) < energy(emptiest)) emptiest = i;
    if (entropy_per_cell(i) > entropy_per_cell(most_entangled)) most_entangled = i;
  }
  EXPECT_EQ(emptiest + 1, 7U);
  EXPECT_TRUE(within(rows[6].at_optimum[Observable::energy_per_cell], 0.9550360950, 1e-10));
  EXPECT_EQ(most_entangled + 1, 6U);
  EXPECT_TRUE(within(rows[0].at_optimum[Observable::energy_per_cell], 1, tolerance::energy_per_cell_constant_diagonal));
  EXPECT_TRUE(within(rows[1].at_optimum[Observable::energy_per_cell], 1, tolerance::energy_per_cell_constant_diagonal));
}

// The literature's claim that N_c = N_b is always best fails at the first peak.
TEST_P(Contract, OneMoreChargerSpinStoresMore) {
  const std::vector<Row> rows = optima(std::array{CentralSpin::resonant(10, 11), CentralSpin::resonant(10, 10)});
  EXPECT_TRUE(within(rows[0].at_optimum[Observable::energy_per_cell], 0.963179, 5e-7));
  EXPECT_TRUE(within(rows[1].at_optimum[Observable::energy_per_cell], 0.956738, 5e-7));
}

// A N t_1 - ln N drifts from 1.53 (N = 2) through 1.74 (2000).
TEST_P(Contract, PeakTimeGrowsLikeALogarithm) {
  const auto offset = [](std::int64_t n) {
    return static_cast<double>(n) * optima(std::array{CentralSpin::resonant(n, n)})[0].t_opt - std::log(static_cast<double>(n));
  };
  EXPECT_TRUE(within(offset(2), 1.53, 0.005));
  if (fast()) EXPECT_TRUE(within(offset(2000), 1.74, 0.005));
}

}  // namespace
}  // namespace qbatt::test
