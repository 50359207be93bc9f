#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numbers>

#include "contract/contract.hpp"
#include "oracle/tridiagonal_oracle.hpp"
#include "qbatt/errors.hpp"
#include "support/comparisons.hpp"
#include "support/random_systems.hpp"
#include "support/tolerances.hpp"

// The largest energy in a window of time.
namespace qbatt::test {
namespace {

class GlobalOptimum : public Contract {
protected:
  static Request within_window(double window) {
    Request request;
    request.optimum = OptimumRule::global;
    request.window = window;
    return request;
  }
  static Row optimum(const CentralSpin& system, double window) {
    return solve(std::array{system}, within_window(window)).rows.at(0);
  }
};

/// What a scan of the whole window finds: the largest energy, and all places where it may be for all that rounding can tell.
struct Brute {
  CentralSpin system;
  double window = 0;  ///< in transit times
  double end = 0;     ///< the same, absolute
  double largest = 0;
  double error = 0;  ///< of energies per cell at the end of the window
  std::vector<OracleMaximum> contenders;
  bool end_contends = false;

  Brute(const CentralSpin& s, double transit_times) : system(s), window(transit_times) {
    const TridiagonalOracle oracle(s);
    end = window * oracle.transit_time();
    error = oracle.population_error(end) * static_cast<double>(s.dim());
    const std::vector<OracleMaximum> maxima = oracle.maxima(end);
    const double at_end = oracle.level(end);
    largest = at_end;
    for (const OracleMaximum& m : maxima) largest = std::max(largest, m.level);
    constexpr double indistinct = 1e-10;
    const auto contends = [&](double level) { return level >= largest - indistinct * largest - 4 * error; };
    std::ranges::copy_if(maxima, std::back_inserter(contenders), contends, &OracleMaximum::level);
    end_contends = contends(at_end);
  }
};

const std::vector<Brute>& brute_force() {
  static const std::vector<Brute> all = [] {
    Random random(81);
    std::vector<Brute> result;
    for (const CentralSpin& system : random_systems(82, 300, 40)) result.emplace_back(system, std::exp(random.uniform(0.5, 3.0)));
    return result;
  }();
  return all;
}

void expect_place(const Row& row, const Brute& brute) {
  if (row.status == Status::window_end) {
    EXPECT_TRUE(brute.end_contends);
    EXPECT_TRUE(within_relative(row.t_opt, brute.end, 1e-14));
    return;
  }
  const auto nearest = std::ranges::min_element(brute.contenders, {}, [&](const auto& m) { return std::abs(m.t - row.t_opt); });
  ASSERT_NE(nearest, brute.contenders.end()) << "the largest energy is at the end of the window";
  EXPECT_TRUE(within_relative(row.t_opt, nearest->t, std::max(tolerance::t_opt, 10 * nearest->t_uncertainty)));
}

TEST_P(GlobalOptimum, IsWhatAScanOfTheWindowFinds) {
  std::size_t skipped = 0, at_ends = 0, indistinct = 0;
  for (const Brute& brute : brute_force()) {
    SCOPED_TRACE(describe(brute.system) + ", window " + std::to_string(brute.window));
    const Row row = optimum(brute.system, brute.window);
    const bool gave_up = row.status == Status::inaccurate || row.status == Status::failed;
    if (gave_up && may_give_up(brute.system)) {
      ++skipped;
      continue;
    }
    EXPECT_TRUE(row.status == Status::ok || row.status == Status::window_end) << to_string(row.status);
    const double cells = static_cast<double>(brute.system.n_b);
    EXPECT_TRUE(within(row.at_optimum[Observable::energy_per_cell], brute.largest / cells,
                       energy_tolerance(brute.system) + brute.error / cells));
    expect_place(row, brute);
    at_ends += row.status == Status::window_end ? 1 : 0;
    indistinct += brute.contenders.size() + (brute.end_contends ? 1 : 0) > 1 ? 1 : 0;
  }
  EXPECT_GT(at_ends, brute_force().size() / 20);
  EXPECT_LT(at_ends, brute_force().size() / 2);
  EXPECT_LT(indistinct, brute_force().size() / 3) << "too few systems tell where the largest energy is";
  EXPECT_LE(skipped, GetParam().solver == Solver::spectral ? brute_force().size() / 10 : 0);
}

// Two levels: E = sin^2(Omega t) / (1 + (delta / 2 a_0)^2), Omega^2 = a_0^2 + delta^2 / 4: every maximum ties.
TEST_P(GlobalOptimum, IsTheEarliestOfTies) {
  for (const double window : {4.0, 10.0, 300.0}) {
    for (const double detuning : {0.0, 1.0, 20.0}) {
      const CentralSpin s{.n_b = 1, .n_c = 3, .m = 2, .omega_b = 1, .omega_c = 1 + detuning};
      const Row row = optimum(s, window);
      EXPECT_EQ(to_string(row.status), "ok");
      EXPECT_TRUE(within_relative(row.t_opt, std::numbers::pi / (2 * std::hypot(s.rabi(), detuning / 2)), tolerance::t_opt));
    }
  }
  // Three resonant levels: full at t = pi / (A sqrt(6 N_c - 4)) and its odd multiples.
  const Row row = optimum(CentralSpin::resonant(2, 2), 60);
  EXPECT_TRUE(within_relative(row.t_opt, std::numbers::pi / std::sqrt(8), tolerance::t_opt));
  EXPECT_TRUE(within(row.at_optimum[Observable::energy_per_cell], 1, tolerance::energy_per_cell_constant_diagonal));
}

// At the isotropic point all energies are A times whole numbers apart: E(t) = E(P - t) = E(t + P), P = 2 pi / A.
TEST_P(GlobalOptimum, IsInTheFirstHalfOfAPeriod) {
  for (std::int64_t n = 3; n <= 7; ++n) {
    CentralSpin s{.n_b = n, .n_c = 2 * n + 1, .m = static_cast<double>(n + 1)};
    s.ising = s.coupling;
    const double period = 2 * std::numbers::pi / s.coupling;
    const Row row = optimum(s, 2.2 * period / TridiagonalOracle(s).transit_time());
    EXPECT_EQ(to_string(row.status), "ok");
    EXPECT_TRUE(at_most(row.t_opt, (0.5 + 1e-10) * period)) << n;
    EXPECT_TRUE(within(TridiagonalOracle(s).level(period - row.t_opt), row.at_optimum[Observable::energy], 1e-12)) << n;
  }
}

TEST_P(GlobalOptimum, IsTheEndOfAWindowThatIsTooShort) {
  // Two levels: T = 1 / (2 a_0), the peak is at pi T.
  const CentralSpin pair{.n_b = 1, .n_c = 3, .m = 2};
  for (const double window : {1e-3, 1.0, 3.0, 3.1415}) {
    const Row row = optimum(pair, window);
    EXPECT_EQ(to_string(row.status), "window-end");
    EXPECT_TRUE(within_relative(row.t_opt, window / (2 * pair.rabi()), 1e-15));
    EXPECT_TRUE(within(row.at_optimum[Observable::energy], std::pow(std::sin(window / 2), 2), 1e-14));
  }
  EXPECT_EQ(to_string(optimum(pair, 3.1416).status), "ok");
  EXPECT_EQ(to_string(optimum(CentralSpin::resonant(50, 60), 1).status), "window-end");
}

TEST_P(GlobalOptimum, WhereNothingMovesThereIsNone) {
  const Row row = optimum({.n_b = 3, .n_c = 3, .m = 0}, 10);
  EXPECT_EQ(to_string(row.status), "no-peak");
  EXPECT_TRUE(std::isnan(row.t_opt));
}

// What a row says of the window it says with the bound of its end.
TEST_P(GlobalOptimum, BoundsTheErrorUpToTheEndOfTheWindow) {
  const CentralSpin s{.n_b = 40, .n_c = 45, .m = 43, .omega_c = 2, .ising = 0.3};
  Request request;
  request.optimum = OptimumRule::none;
  const double end = 7 * TridiagonalOracle(s).transit_time();
  request.times = at_time(end);
  EXPECT_TRUE(within_relative(optimum(s, 7).error_bound, solve(std::array{s}, request).series.at(0).error_bound.at(0), 1e-12));
  Request strict = within_window(7);
  strict.tolerance = 1e-30;
  EXPECT_EQ(to_string(solve(std::array{s}, strict).rows.at(0).status), "inaccurate");
}

TEST_P(GlobalOptimum, IsTheUnitOfTimesToo) {
  Request request = within_window(10);
  request.times = grid(0, 1, 2, TimeUnit::optimum);
  const Table table = solve(std::array{CentralSpin::resonant(4, 4)}, request);
  EXPECT_TRUE(within_relative(table.series.at(0).t.at(1), table.rows.at(0).t_opt, 1e-15));
  EXPECT_TRUE(
      within_relative(table.series.at(0).values[1][Observable::energy], table.rows.at(0).at_optimum[Observable::energy], 1e-14));
}

// The last is long enough to be given all threads.
TEST_P(GlobalOptimum, DoesNotDependOnThreadsOrOrder) {
  std::vector<CentralSpin> systems = random_systems(83, 20, 30);
  if (fast() && GetParam().solver != Solver::chebyshev) systems.push_back(CentralSpin::resonant(60'000, 60'001));
  Request request = within_window(6);
  request.threads = 1;
  const std::vector<Row> rows = solve(systems, request).rows;
  std::ranges::reverse(systems);
  request.threads = 3;
  std::vector<Row> again = solve(systems, request).rows;
  std::ranges::reverse(again);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (rows[i].status == Status::failed) continue;  // shooting alone, where nothing is a number
    EXPECT_EQ(rows[i].t_opt, again[i].t_opt) << describe(rows[i].system);
    EXPECT_EQ(rows[i].error_bound, again[i].error_bound) << describe(rows[i].system);
    EXPECT_EQ(rows[i].at_optimum[Observable::entropy], again[i].at_optimum[Observable::entropy]) << describe(rows[i].system);
  }
}

// Long chains, where `spectral` looks with the energies of few pairs first: against Chebyshev's propagation.
TEST_P(GlobalOptimum, AgreesWithChebyshevOnLongChains) {
  if (GetParam().solver == Solver::chebyshev || GetParam().solver == Solver::dense)
    GTEST_SKIP() << "chebyshev is the judge, and dense takes minutes";
  for (CentralSpin s : {CentralSpin::resonant(3000, 3000), CentralSpin::resonant(1500, 2500)}) {
    for (const double ising : {0.0, 0.4}) {
      s.ising = ising;
      Request request = within_window(4);
      request.solver = Solver::chebyshev;
      request.backend = Backend::cpu;
      const Row expected = qbatt::solve(std::array{s}, request).rows.at(0);
      const Row row = optimum(s, 4);
      SCOPED_TRACE(describe(s));
      EXPECT_EQ(to_string(row.status), to_string(expected.status));
      EXPECT_TRUE(within_relative(row.t_opt, expected.t_opt, tolerance::t_opt));
      EXPECT_TRUE(within(row.at_optimum[Observable::energy_per_cell], expected.at_optimum[Observable::energy_per_cell],
                         energy_tolerance(s)));
    }
  }
}

TEST(GlobalWindow, IsRefusedWhereItIsNone) {
  for (const double window : {0.0, -1.0, std::numeric_limits<double>::infinity(), std::numeric_limits<double>::quiet_NaN()}) {
    Request request;
    request.backend = Backend::cpu;
    request.optimum = OptimumRule::global;
    request.window = window;
    EXPECT_THROW(static_cast<void>(qbatt::solve(std::array{CentralSpin::resonant(2, 2)}, request)), InputError);
  }
}

INSTANTIATE_TEST_SUITE_P(Every, GlobalOptimum, testing::ValuesIn(implementations()),
                         [](const auto& test) { return test.param.name(); });

}  // namespace
}  // namespace qbatt::test
