#include "charge/charge.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "charge/climb.hpp"
#include "model/numerical_error.hpp"
#include "qbatt/errors.hpp"
#include "support/comparisons.hpp"

namespace qbatt::test {
namespace {

/// Batteries of one spin, N_b = 1: p_1 = sin^2(a_0 t), full at a_0 t = pi/2. `bound` is what is said of their errors.
class OneSpin : public States {
public:
  explicit OneSpin(std::size_t count, double bound = 1e-15) : count_(count), bound_(bound) {}

  [[nodiscard]] std::size_t count() const override { return count_; }
  [[nodiscard]] std::int64_t pairs(std::size_t /*place*/) const override { return 2; }
  [[nodiscard]] bool solved(std::size_t /*place*/) const override { return true; }
  [[nodiscard]] double error_bound(std::size_t /*place*/, double t) const override { return bound_ * (1.0 + t); }
  [[nodiscard]] double pair_defect(std::size_t place, double t) const override { return error_bound(place, t); }
  [[nodiscard]] double bandwidth(std::size_t /*place*/) const override { return 2; }
  [[nodiscard]] std::size_t times_at_once() const override { return 3; }

  void evaluate(const Sampling& s) override {
    for (std::size_t i = 0; i < s.t.size(); ++i) s.reports[i] = report(s.t[i]);
    for (std::size_t place = 0; place < s.populations.size(); ++place) {
      for (std::size_t i = 0; i < s.times; ++i) {
        const double p = s.reports[place * s.times + i].sums.mean;
        s.populations[place][2 * i] = 1.0 - p;
        s.populations[place][2 * i + 1] = p;
      }
    }
  }

protected:
  static StateReport report(double t) {
    const double p = std::sin(t) * std::sin(t);
    return {.sums = {.norm = 1.0, .mean = p, .purity = p * p + (1 - p) * (1 - p), .root_sum = 1.0, .largest = std::max(p, 1 - p)},
            .passive_level = std::min(p, 1 - p),
            .last_population = p};
  }

  std::vector<Optimum> search(OptimumRule /*rule*/, double /*window*/) override {
    return std::vector<Optimum>(count_, {.t = std::numbers::pi / 2, .reach = std::numbers::pi / 2});
  }

private:
  std::size_t count_;
  double bound_;
};

/// The same, which knows optima with the states there at once.
class InOneGo final : public OneSpin {
public:
  using OneSpin::OneSpin;
  void evaluate(const Sampling& /*sampling*/) override { ADD_FAILURE() << "what is known already was asked for again"; }
  std::vector<Optimum> optima(OptimumRule rule, double window, bool observed) override {
    std::vector<Optimum> found = search(rule, window);
    for (Optimum& optimum : found)
      if (observed) optimum.report = report(optimum.t);
    return found;
  }
};

struct Charged {
  std::vector<CentralSpin> systems{CentralSpin::resonant(1, 4), CentralSpin::resonant(1, 9)};
  std::vector<LevelChain> chains = chains_of(systems);
  Table table{.rows = std::vector<Row>(2), .series = std::vector<Series>(2)};
  std::vector<bool> refused;

  Charged(const Request& request, const MakeStates& make) {
    std::vector<WeightedChain> weighted;
    for (const LevelChain& chain : chains) weighted.push_back({&chain, 1.0});
    std::vector<ChargeJob> jobs;
    for (std::size_t i = 0; i < 2; ++i)
      jobs.push_back({&systems[i], SystemShape::of(chains[i]), {&weighted[i], 1}, &table.rows[i], &table.series[i]});
    for (const Verdict& verdict : charge(jobs, request, Solver::spectral, make)) refused.push_back(verdict.refused);
  }
};

TEST(Charge, FillsTheRowsOfAllSystems) {
  const Charged charged({}, [] { return std::make_unique<OneSpin>(2); });
  for (std::size_t i = 0; i < 2; ++i) {
    const Row& row = charged.table.rows[i];
    EXPECT_FALSE(charged.refused[i]);
    EXPECT_EQ(row.status, Status::ok);
    EXPECT_EQ(row.solver, Solver::spectral);
    EXPECT_EQ(row.n_eig, 2);
    EXPECT_TRUE(within(row.t_opt, std::numbers::pi / 2 / (i == 0 ? 2.0 : 3.0), 1e-15));
    EXPECT_TRUE(within(row.at_optimum[Observable::energy_per_cell], 1.0, 1e-15));
    EXPECT_TRUE(within(row.error_bound, 1e-15 * (1.0 + std::numbers::pi / 2), 1e-30));
  }
}

TEST(Charge, ABackendMayAnswerInOneGo) {
  const Charged at_once(
      {}, [] { return std::make_unique<InOneGo>(2); });
  const Charged in_steps({}, [] { return std::make_unique<OneSpin>(2); });
  for (std::size_t i = 0; i < 2; ++i)
    for (const ObservableInfo& info : observable_info())
      EXPECT_TRUE(same_bits(at_once.table.rows[i].at_optimum[info.id], in_steps.table.rows[i].at_optimum[info.id])) << info.name;
}

TEST(Charge, CutsSeriesIntoWhatIsTakenAtOnce) {
  Request request;
  request.times = TimeGrid{.start = 0, .stop = 1, .count = 8, .unit = TimeUnit::optimum};
  request.populations = true;
  const Charged charged(request, [] { return std::make_unique<OneSpin>(2); });
  for (const Series& series : charged.table.series) {
    ASSERT_EQ(series.t.size(), 8U);
    for (std::size_t i = 0; i < 8; ++i) {
      const double s = std::sin(std::numbers::pi / 2 * static_cast<double>(i) / 7.0);
      EXPECT_TRUE(within(series.values[i][Observable::energy_per_cell], s * s, 1e-15));
      EXPECT_TRUE(within(series.populations[2 * i + 1], s * s, 1e-15));
    }
  }
}

TEST(Charge, NumericalTroubleMakesFailedRowsWithoutABound) {
  const Charged charged({}, []() -> std::unique_ptr<States> { throw NumericalError(Failure::range, "no pair"); });
  for (std::size_t i = 0; i < 2; ++i) {
    EXPECT_TRUE(charged.refused[i]);
    EXPECT_EQ(charged.table.rows[i].status, Status::failed);
    EXPECT_EQ(charged.table.rows[i].failure, Failure::range);
    EXPECT_TRUE(std::isnan(charged.table.rows[i].error_bound));
  }
}

/// Whose states are lost from t = 1 on.
class LostLater final : public OneSpin {
public:
  using OneSpin::OneSpin;
  [[nodiscard]] double error_bound(std::size_t /*place*/, double t) const override { return t < 1.0 ? 1e-15 : std::nan(""); }
};

TEST(Charge, OfALostStateNothingIsSaid) {
  Request request;
  request.optimum = OptimumRule::none;
  request.times = TimeGrid{.start = 0.5, .stop = 1.5, .count = 3, .unit = TimeUnit::rabi};
  request.populations = true;
  const Charged charged(request, [] { return std::make_unique<LostLater>(2); });
  for (std::size_t j = 0; j < 2; ++j) {
    const Series& series = charged.table.series[j];
    EXPECT_EQ(charged.table.rows[j].status, Status::failed);
    EXPECT_EQ(charged.table.rows[j].failure, Failure::bound);
    for (std::size_t i = 0; i < 3; ++i) {
      EXPECT_FALSE(std::isnan(series.t[i]));
      EXPECT_EQ(std::isnan(series.error_bound[i]), i > 0);
      for (const ObservableInfo& info : observable_info()) EXPECT_EQ(std::isnan(series.values[i][info.id]), i > 0) << info.name;
      for (std::size_t k = 0; k < 2; ++k) EXPECT_EQ(std::isnan(series.populations[2 * i + k]), i > 0);
    }
  }
}

TEST(Charge, WithoutStatesASeriesHasItsTimesAndNoNumbers) {
  Request request;
  request.times = TimeGrid{.start = 0, .stop = 1, .count = 3, .unit = TimeUnit::absolute};
  request.populations = true;
  const Charged charged(request, []() -> std::unique_ptr<States> { throw NumericalError(Failure::steps, "no step"); });
  for (std::size_t j = 0; j < 2; ++j) {
    const Series& series = charged.table.series[j];
    EXPECT_EQ(charged.table.rows[j].failure, Failure::steps);
    EXPECT_EQ(series.t, (std::vector<double>{0.0, 0.5, 1.0}));
    for (std::size_t i = 0; i < 3; ++i)
      for (const ObservableInfo& info : observable_info()) EXPECT_TRUE(std::isnan(series.values[i][info.id])) << info.name;
    ASSERT_EQ(series.populations.size(), 6U);
    for (const double p : series.populations) EXPECT_TRUE(std::isnan(p));
  }
}

TEST(Charge, AStopEndsIt) {
  std::stop_source source;
  Request request;
  request.stop = source.get_token();
  source.request_stop();
  EXPECT_THROW(Charged(request, [] { return std::make_unique<OneSpin>(2); }), Interrupted);
}

/// A climb of three systems, tried as told: `verdict(method, place)` is the bound of the row, refused where it is above 1e-3.
struct Climbed {
  std::vector<CentralSpin> systems{CentralSpin::resonant(100, 100), CentralSpin::resonant(100, 101), {5, 5, 0, 1, 1, 1, 0}};
  Table table{.rows = std::vector<Row>(3), .series = {}};
  std::vector<std::pair<Method, std::vector<std::size_t>>> rounds;
  std::size_t settled = 0;

  explicit Climbed(const std::function<double(Method, std::size_t)>& bound) {
    const Request request;
    const Offer offer{.together = true, .known_to_costs = false, .takes = [](Method, const LevelChain&) { return true; }};
    const std::function<void(std::size_t)> count = [this](std::size_t more) { settled += more; };
    const std::vector<LevelChain> chains = chains_of(systems);
    Climb climb(systems, chains, request, offer, table, count);
    climb.add(std::vector<std::size_t>{0, 1, 2});
    while (const auto round = climb.next()) {
      rounds.emplace_back(round->method, round->places);
      for (const std::size_t place : round->places) {
        table.rows[place] = {.system = systems[place], .status = Status::ok, .solver = round->method.solver};
        table.rows[place].error_bound = bound(round->method, place);
        climb.record(place, !(table.rows[place].error_bound <= 1e-3));
      }
    }
  }
};

TEST(Climb, RefusedSystemsGoOnAndTheOthersAreSettled) {
  const Climbed climbed([](Method method, std::size_t place) { return method == Method::spectral && place == 1 ? 0.5 : 1e-12; });
  using Rounds = std::vector<std::pair<Method, std::vector<std::size_t>>>;
  EXPECT_EQ(climbed.rounds, (Rounds{{Method::spectral, {0, 1}}, {Method::dense, {1}}}));
  EXPECT_EQ(climbed.table.rows[0].solver, Solver::spectral);
  EXPECT_EQ(climbed.table.rows[1].solver, Solver::dense);
  EXPECT_EQ(climbed.table.rows[2].status, Status::no_peak) << "nothing moves in it";
  EXPECT_EQ(climbed.settled, 3U);
}

TEST(Climb, TheSmallestBoundStays) {
  const Climbed climbed(
      [](Method method, std::size_t place) { return method == Method::spectral ? 0.25 + 0.5 * static_cast<double>(place) : 0.5; });
  EXPECT_EQ(climbed.table.rows[0].solver, Solver::spectral);
  EXPECT_EQ(climbed.table.rows[0].error_bound, 0.25);
  EXPECT_EQ(climbed.table.rows[1].solver, Solver::dense);
  EXPECT_EQ(climbed.settled, 3U);
}

}  // namespace
}  // namespace qbatt::test
