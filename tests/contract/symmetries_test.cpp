#include <array>
#include <cmath>

#include "contract/contract.hpp"
#include "oracle/tridiagonal_oracle.hpp"
#include "support/comparisons.hpp"
#include "support/random_systems.hpp"
#include "support/tolerances.hpp"

// Transformations that leave every population where it is. They relate two runs of the same solver, so that they hold at any size.
namespace qbatt::test {
namespace {

const TimeGrid rabi_times = grid(0, 12, 13, TimeUnit::rabi);

class SymmetryContract : public Contract {
protected:
  struct Outcome {
    Row row;
    Series series;
  };

  static Outcome charge(const CentralSpin& system) {
    Request request;
    request.times = rabi_times;
    request.populations = true;
    Table table = solve(std::array{system}, request);
    return {table.rows.at(0), std::move(table.series.at(0))};
  }

  /// `other` is `system` transformed; its times are those of `system` over `speed`.
  static void expect_same_charging(const CentralSpin& system, const CentralSpin& other, double speed = 1) {
    SCOPED_TRACE(describe(system) + " against " + describe(other));
    const Outcome a = charge(system), b = charge(other);
    const bool both_ok = expect_ok(a.row) & expect_ok(b.row);
    ASSERT_EQ(a.series.t.size(), b.series.t.size());
    ASSERT_EQ(a.series.populations.size(), b.series.populations.size());
    for (std::size_t i = 0; i < a.series.t.size(); ++i)
      EXPECT_TRUE(within_relative(b.series.t[i] * speed, a.series.t[i], tolerance::identity));
    const double bounds = tolerance::allowed_by(a.row.error_bound) + tolerance::allowed_by(b.row.error_bound);
    for (std::size_t i = 0; i < a.series.populations.size(); ++i) {
      const double off = both_ok ? 2 * tolerance::population : 2 * tolerance::population + bounds;
      EXPECT_TRUE(within(b.series.populations[i], a.series.populations[i], off)) << "item " << i;
    }
    const auto peak = TridiagonalOracle(system).first_peak();
    if (both_ok && peak && peak->decided()) EXPECT_TRUE(within_relative(b.row.t_opt * speed, a.row.t_opt, tolerance::t_opt));
  }

  static std::vector<CentralSpin> samples(std::uint64_t seed) {
    std::vector<CentralSpin> systems = random_systems(seed, 40, 40);
    systems.push_back(CentralSpin::resonant(90, 100));
    return systems;
  }
};

TEST_P(SymmetryContract, SignOfDetuningAndIsing) {
  for (const CentralSpin& system : samples(11)) {
    CentralSpin flipped = system;
    flipped.omega_c = system.omega_b + (system.omega_b - system.omega_c);
    flipped.ising = -system.ising;
    expect_same_charging(system, flipped);
  }
}

TEST_P(SymmetryContract, SignOfTheCouplingIsAGauge) {
  for (const CentralSpin& system : samples(12)) {
    CentralSpin flipped = system;
    flipped.coupling = -system.coupling;
    expect_same_charging(system, flipped);
  }
}

TEST_P(SymmetryContract, BatteryAndFullChargerSwap) {
  for (CentralSpin system : samples(13)) {
    system.m = static_cast<double>(system.n_c);
    CentralSpin swapped = system;
    swapped.n_b = system.n_c;
    swapped.n_c = system.n_b;
    swapped.m = static_cast<double>(system.n_b);
    expect_same_charging(system, swapped);
  }
}

TEST_P(SymmetryContract, TimeScalesWithTheEnergies) {
  Random random(14);
  for (const CentralSpin& system : samples(14)) {
    const double speed = std::exp(random.uniform(-5, 5));
    CentralSpin faster = system;
    faster.omega_b *= speed;
    faster.omega_c *= speed;
    faster.coupling *= speed;
    faster.ising *= speed;
    expect_same_charging(system, faster, speed);
  }
}

// Only the difference of the two splittings drives the dynamics.
TEST_P(SymmetryContract, CommonSplittingDropsOut) {
  for (const CentralSpin& system : samples(15)) {
    CentralSpin shifted = system;
    const double detuning = system.omega_b - system.omega_c;
    shifted.omega_b = 2 * system.omega_b;
    shifted.omega_c = shifted.omega_b - detuning;
    expect_same_charging(system, shifted);
  }
}

INSTANTIATE_TEST_SUITE_P(Every, SymmetryContract, testing::ValuesIn(implementations()),
                         [](const auto& test) { return test.param.name(); });

}  // namespace
}  // namespace qbatt::test
