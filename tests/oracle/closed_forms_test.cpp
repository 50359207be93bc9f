#include "oracle/closed_forms.hpp"

#include <gtest/gtest.h>

#include "oracle/tridiagonal_oracle.hpp"
#include "support/comparisons.hpp"
#include "support/random_systems.hpp"
#include "support/reference_table.hpp"
#include "support/tolerances.hpp"

namespace qbatt::test {
namespace {

// The oracle must be better than what it is to judge: rounding of a few dozen terms of order 1.
constexpr double oracle_digits = 1e-13;

TEST(ClosedForms, OneCell) {
  for (const std::int64_t n_c : {1, 2, 9, 1000}) {
    CentralSpin system = CentralSpin::resonant(1, n_c);
    system.coupling = 0.7;
    const TridiagonalOracle oracle(system);
    for (const double t : {0.0, 0.1, 0.77, 3.0})
      EXPECT_TRUE(within(oracle.observables(t)[Observable::energy], closed::one_cell_energy(n_c, 0.7, t), oracle_digits));
    EXPECT_TRUE(within_relative(oracle.first_peak()->t, closed::one_cell_peak(n_c, 0.7), oracle_digits));
  }
}

TEST(ClosedForms, ThreeLevels) {
  for (const std::int64_t n : {2, 3, 7, 500}) {
    for (const CentralSpin& system : {CentralSpin::resonant(2, n), CentralSpin::resonant(n, 2)}) {
      const TridiagonalOracle oracle(system);
      for (const double t : {0.05, 0.3, 1.1}) {
        const auto expected = closed::three_level_populations(n, 1, t);
        for (std::size_t k = 0; k < 3; ++k) EXPECT_TRUE(within(oracle.populations(t)[k], expected[k], oracle_digits));
      }
      const double t = oracle.first_peak()->t;
      EXPECT_TRUE(within_relative(t, closed::three_level_peak(n, 1), oracle_digits));
      EXPECT_TRUE(within(oracle.observables(t)[Observable::energy], closed::three_level_peak_energy(n), oracle_digits));
      EXPECT_TRUE(within(oracle.observables(t)[Observable::entropy], closed::three_level_peak_entropy(n), tolerance::entropy));
    }
  }
}

TEST(ClosedForms, HeisenbergSpectrum) {
  Random random(41);
  for (int i = 0; i < 40; ++i) {
    const std::int64_t n_b = random.integer(1, 60), n_c = random.integer(1, 60), m = random.integer(0, n_c);
    for (const double ising : {1.0, -1.0}) {
      const TridiagonalOracle oracle(
          {.n_b = n_b, .n_c = n_c, .m = static_cast<double>(m), .omega_b = 2, .omega_c = 2, .coupling = 1, .ising = ising});
      std::vector<double> expected = closed::heisenberg_spectrum(n_b, n_c, m);
      for (double& value : expected) value = ising * value - closed::ising_energy_of_start(n_b, n_c, m, ising);
      std::ranges::sort(expected);
      const std::vector<double> actual = oracle.eigenvalues();
      ASSERT_EQ(actual.size(), expected.size());
      const double scale = std::max(1.0, std::max(std::abs(expected.front()), std::abs(expected.back())));
      for (std::size_t j = 0; j < expected.size(); ++j) EXPECT_TRUE(within(actual[j], expected[j], oracle_digits * scale));
    }
  }
}

TEST(ClosedForms, HeisenbergRevival) {
  const TridiagonalOracle oracle({.n_b = 12, .n_c = 17, .m = 9, .coupling = 3, .ising = -3});
  EXPECT_TRUE(
      within(oracle.populations(closed::heisenberg_revival(3))[0], 1, oracle.population_error(closed::heisenberg_revival(3))));
}

// The oracle against the reference table, where it is small enough to be quick.
TEST(TridiagonalOracle, AgreesWithTheReferenceTable) {
  int compared = 0;
  for (const ReferenceSystem& entry : reference_table()) {
    if (entry.dim > 131) continue;
    SCOPED_TRACE(describe(entry.system));
    const TridiagonalOracle oracle(entry.system);
    const auto peak = oracle.first_peak();
    ASSERT_TRUE(peak && peak->decided());
    EXPECT_TRUE(within_relative(peak->t, entry.first_peak.t, 1e-12));
    for (const ReferenceState& state : {entry.first_peak, entry.samples[0], entry.samples[1], entry.samples[2]}) {
      const ObservableValues values = oracle.observables(state.t);
      const double omega = entry.system.omega_b;
      const double cells = static_cast<double>(entry.system.n_b);
      const double digits = oracle_digits + oracle.population_error(state.t);
      EXPECT_TRUE(within(values[Observable::energy] / (omega * cells), state.energy_per_wb / cells, digits));
      EXPECT_TRUE(within(values[Observable::entropy], state.entropy_bits, 1e3 * digits));
      EXPECT_TRUE(within(values[Observable::purity], state.purity, 4 * digits));
      EXPECT_TRUE(within(values[Observable::variance] / (omega * omega * cells * cells), state.variance_per_wb2 / (cells * cells),
                         4 * digits));
      EXPECT_TRUE(within(values[Observable::ergotropy] / (omega * cells), state.ergotropy_per_wb / cells, 4 * digits));
      EXPECT_TRUE(within(values[Observable::log_negativity], 2 * std::log2(state.sum_sqrt_p), tolerance::log_negativity));
      const std::vector<double> p = oracle.populations(state.t);
      for (std::size_t k = 0; k < state.p_head.size(); ++k) {
        EXPECT_TRUE(within(p[k], state.p_head[k], digits));
        EXPECT_TRUE(within(p[p.size() - state.p_tail.size() + k], state.p_tail[k], digits));
      }
    }
    ++compared;
  }
  EXPECT_GE(compared, 25);
}

// The analytic derivatives of the oracle, on which its peaks rest, against differences of the energy.
TEST(TridiagonalOracle, PowerIsTheDerivativeOfTheEnergy) {
  for (const CentralSpin& system : random_systems(43, 20, 12)) {
    const TridiagonalOracle oracle(system);
    const double unit = 1 / system.rabi();
    const double h = 1e-3 * unit / static_cast<double>(oracle.dim());
    for (const double t : {0.4 * unit, 2.0 * unit}) {
      const auto energy = [&](double time) { return oracle.observables(time)[Observable::energy]; };
      const double slope = (8 * (energy(t + h) - energy(t - h)) - (energy(t + 2 * h) - energy(t - 2 * h))) / (12 * h);
      const double scale = system.omega_b * static_cast<double>(oracle.dim()) / unit;
      EXPECT_TRUE(within(oracle.observables(t)[Observable::instantaneous_power] / scale, slope / scale, 1e-9)) << describe(system);
    }
  }
}

// A peak by any other means: the largest of 20000 energies between 0 and a little past the peak lies at the peak, and the
// energy grows monotonically up to it.
TEST(TridiagonalOracle, FirstPeakIsTheFirst) {
  for (const CentralSpin& system : random_systems(47, 30, 20)) {
    const TridiagonalOracle oracle(system);
    const auto peak = oracle.first_peak();
    ASSERT_TRUE(peak);
    constexpr int points = 2000;
    double last = 0;
    for (int i = 1; i <= points; ++i) {
      const double energy = oracle.observables(peak->t * i / points)[Observable::energy_per_cell];
      EXPECT_TRUE(at_most(last, energy + oracle_digits)) << describe(system) << " at step " << i;
      last = energy;
    }
    EXPECT_TRUE(at_most(oracle.observables(peak->t * (1 + 1e-4))[Observable::energy_per_cell], last)) << describe(system);
  }
}

TEST(TridiagonalOracle, KnowsWhereNothingMoves) {
  EXPECT_FALSE(TridiagonalOracle({.n_b = 3, .n_c = 3, .m = 0}).first_peak());
  EXPECT_FALSE(TridiagonalOracle({.n_b = 3, .n_c = 3, .m = 3, .coupling = 0, .ising = 1}).first_peak());
}

}  // namespace
}  // namespace qbatt::test
