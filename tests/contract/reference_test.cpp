#include <algorithm>
#include <cmath>

#include "contract/contract.hpp"
#include "support/comparisons.hpp"
#include "support/reference_table.hpp"
#include "support/tolerances.hpp"

// The quad-precision table: the first peak of every system, its state at three times, and whether the bounds hold.
namespace qbatt::test {
namespace {

// One grid in units of 1/a_0 that holds all three sample times, so that each system is diagonalized once.
constexpr std::size_t sample_indices[] = {0, 14, 57};
const TimeGrid sample_grid = grid(0.3, 6, 58, TimeUnit::rabi);

struct Solved {
  std::vector<ReferenceSystem> reference;
  Table table;
};

Request peak_and_samples() {
  Request request;
  request.times = sample_grid;
  request.populations = true;
  return request;
}

/// The reference rounds its numbers and its times to double; both reach the energy per cell.
double reference_rounding(const CentralSpin& system, double power, double t) {
  const double slope = std::abs(power) / (system.omega_b * static_cast<double>(system.n_b));
  return tolerance::reference_rounding * (1 + slope * t);
}

void expect_peak(const Row& row, const ReferenceState& expected) {
  const double omega = row.system.omega_b;
  const double cells = static_cast<double>(row.system.n_b);
  const ObservableValues& actual = row.at_optimum;
  EXPECT_TRUE(within_relative(row.t_opt, expected.t, tolerance::t_opt));
  EXPECT_TRUE(within(actual[Observable::energy_per_cell], expected.energy_per_wb / cells, energy_tolerance(row.system)));
  EXPECT_TRUE(
      within_relative(actual[Observable::energy], actual[Observable::energy_per_cell] * omega * cells, tolerance::identity));
  EXPECT_TRUE(within_relative(actual[Observable::power], actual[Observable::energy] / row.t_opt, tolerance::identity));
  EXPECT_TRUE(within(actual[Observable::entropy], expected.entropy_bits, tolerance::entropy));
  if (static_cast<std::int64_t>(row.system.dim()) == row.system.n_b + 1)
    EXPECT_TRUE(within(actual[Observable::p_full], expected.p_tail.back(), tolerance::population));
}

void expect_state(const CentralSpin& system, const ObservableValues& actual, const ReferenceState& expected) {
  const double omega = system.omega_b;
  const double cells = static_cast<double>(system.n_b);
  EXPECT_TRUE(within(actual[Observable::energy_per_cell], expected.energy_per_wb / cells, energy_tolerance(system)));
  EXPECT_TRUE(within(actual[Observable::entropy], expected.entropy_bits, tolerance::entropy));
  EXPECT_TRUE(within(actual[Observable::purity], expected.purity, tolerance::of_populations));
  EXPECT_TRUE(within(actual[Observable::variance] / std::pow(omega * cells, 2), expected.variance_per_wb2 / (cells * cells),
                     tolerance::of_populations));
  EXPECT_TRUE(
      within(actual[Observable::ergotropy] / (omega * cells), expected.ergotropy_per_wb / cells, tolerance::of_populations));
  EXPECT_TRUE(within(actual[Observable::log_negativity], 2 * std::log2(expected.sum_sqrt_p), tolerance::log_negativity));
  const double passive = 1 - expected.p_max;
  EXPECT_TRUE(within(actual[Observable::ergotropy_full] / (omega * cells), (expected.energy_per_wb - passive) / cells,
                     tolerance::of_populations));
}

void expect_populations(std::span<const double> actual, const ReferenceState& expected) {
  const std::size_t tail = actual.size() - expected.p_tail.size();
  for (std::size_t k = 0; k < expected.p_head.size(); ++k) {
    EXPECT_TRUE(within(actual[k], expected.p_head[k], tolerance::population)) << "k = " << k;
    EXPECT_TRUE(within(actual[tail + k], expected.p_tail[k], tolerance::population)) << "k = " << tail + k;
  }
}

// |dE| / (omega_b N_b) <= 2 eps + eps^2 with the bound of that very time.
void expect_bound(const CentralSpin& system, const ObservableValues& actual, double bound, const ReferenceState& expected) {
  const double error = std::abs(actual[Observable::energy_per_cell] - expected.energy_per_wb / static_cast<double>(system.n_b));
  const double rounding = reference_rounding(system, actual[Observable::instantaneous_power], expected.t);
  EXPECT_TRUE(at_most(error, tolerance::allowed_by(bound) + rounding));
}

class ReferenceContract : public Contract {
protected:
  template <class Wanted>
  static Solved solve_where(const Wanted& wanted) {
    Solved result;
    std::ranges::copy_if(reference_table(), std::back_inserter(result.reference), wanted);
    std::vector<CentralSpin> systems;
    for (const ReferenceSystem& entry : result.reference) systems.push_back(entry.system);
    result.table = solve(systems, peak_and_samples());
    return result;
  }
  static Solved solve_moderate() {
    return solve_where([](const ReferenceSystem& s) { return s.dim <= 501; });
  }
  static Solved solve_large() {
    return solve_where([](const ReferenceSystem& s) { return s.dim > 501; });
  }

  static void check_peaks(const Solved& solved) {
    for (std::size_t i = 0; i < solved.reference.size(); ++i) {
      SCOPED_TRACE(describe(solved.reference[i].system));
      if (expect_ok(solved.table.rows[i])) expect_peak(solved.table.rows[i], solved.reference[i].first_peak);
    }
  }

  static void check_samples(const Solved& solved) {
    for (std::size_t i = 0; i < solved.reference.size(); ++i) {
      if (!expect_ok(solved.table.rows[i])) continue;
      const Series& series = solved.table.series[i];
      ASSERT_EQ(series.t.size(), 58U);
      for (std::size_t s = 0; s < std::size(sample_indices); ++s) {
        const ReferenceState& expected = solved.reference[i].samples[s];
        SCOPED_TRACE(describe(solved.reference[i].system) + ", a_0 t = " + std::to_string(sample_times[s]));
        EXPECT_TRUE(within_relative(series.t[sample_indices[s]], expected.t, tolerance::identity));
        expect_state(solved.reference[i].system, series.values[sample_indices[s]], expected);
        expect_populations(populations_at(series, sample_indices[s]), expected);
      }
    }
  }

  static void check_bounds(const Solved& solved) {
    for (std::size_t i = 0; i < solved.reference.size(); ++i) {
      const ReferenceSystem& entry = solved.reference[i];
      const Row& row = solved.table.rows[i];
      SCOPED_TRACE(describe(entry.system));
      // An inaccurate row may have another peak; that of an `ok` row is the reference's.
      if (row.status == Status::ok) expect_bound(entry.system, row.at_optimum, row.error_bound, entry.first_peak);
      for (std::size_t s = 0; s < std::size(sample_indices); ++s) {
        const Series& series = solved.table.series[i];
        const double bound = series.error_bound[sample_indices[s]];
        expect_bound(entry.system, series.values[sample_indices[s]], bound, entry.samples[s]);
        EXPECT_TRUE(at_most(bound, row.error_bound)) << "the row's bound covers every time";
      }
    }
  }
};

TEST_P(ReferenceContract, FirstPeaks) {
  check_peaks(solve_moderate());
}
TEST_P(ReferenceContract, Samples) {
  check_samples(solve_moderate());
}
TEST_P(ReferenceContract, BoundsHold) {
  check_bounds(solve_moderate());
}

// d = 2001 takes the dense solver many seconds, so that all checks share one solution.
TEST_P(ReferenceContract, LargeSystems) {
  const Solved solved = solve_large();
  ASSERT_EQ(solved.reference.size(), 2U);
  check_peaks(solved);
  check_samples(solved);
  check_bounds(solved);
}

INSTANTIATE_TEST_SUITE_P(Every, ReferenceContract, testing::ValuesIn(implementations()),
                         [](const auto& test) { return test.param.name(); });

}  // namespace
}  // namespace qbatt::test
