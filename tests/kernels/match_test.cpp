#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "cpu/spectral/spectral_chain.hpp"
#include "kernels/double_shot.hpp"
#include "oracle/tridiagonal_oracle.hpp"
#include "support/comparisons.hpp"
#include "support/random_systems.hpp"

namespace qbatt::test {
namespace {

/// Eigenvalues in units of a_0, ascending, from LAPACK.
std::vector<double> eigenvalues(const CentralSpin& system) {
  std::vector<double> values = TridiagonalOracle(system).eigenvalues();
  for (double& v : values) v /= system.rabi();
  return values;
}

/// lambda halfway between eigenvalues i and i + 1 of the ascending list, or beyond its ends.
double between_eigenvalues(const std::vector<double>& values, std::size_t i) {
  if (i == 0) return values.front() - 1.0;
  return i == values.size() ? values.back() + 1.0 : 0.5 * (values[i - 1] + values[i]);
}

/// floor(Phi / pi + 1/2) summed over the families: how many eigenvalues lie above lambda.
double counted_above(const cpu::SpectralChain& chain, double lambda, kernels::index bond) {
  const DoubleShot shot(chain.data());
  double above = 0.0;
  for (const double parity : {1.0, -1.0}) {
    const auto m = shot.match(lambda, parity, bond);
    above += std::floor(m.whole + m.fraction + 0.5);
    if (!chain.data().folded) break;
  }
  return above;
}

TEST(Match, PhaseCountsTheEigenvaluesAboveForEveryBond) {
  int checked = 0;
  for (const CentralSpin& system : random_systems(11, 60, 24)) {
    const cpu::SpectralChain chain(chain_of(system));
    const std::vector<double> values = eigenvalues(system);
    for (std::size_t i = 0; i <= values.size(); ++i) {
      const double lambda = between_eigenvalues(values, i);
      if (i > 0 && i < values.size() && values[i] - values[i - 1] < 1e-9 * values.back())
        continue;  // between the two of a doublet rounding decides
      for (kernels::index bond = 0; bond + 1 < chain.data().levels; ++bond) {
        EXPECT_EQ(counted_above(chain, lambda, bond), static_cast<double>(values.size() - i))
            << describe(system) << ", lambda = " << lambda << ", bond " << bond;
        ++checked;
      }
    }
  }
  EXPECT_GT(checked, 2000);
}

TEST(Match, PhaseSlopeIsItsDerivative) {
  for (const CentralSpin& system : random_systems(12, 40, 30)) {
    const cpu::SpectralChain chain(chain_of(system));
    const DoubleShot shot(chain.data());
    const double lambda = 0.37;
    const double h = 1e-6;
    const kernels::index bond = chain.bond(lambda);
    const auto phase = [&](double x) {
      const auto m = shot.match(x, 1.0, bond);
      return M_PI * (m.whole + m.fraction);
    };
    const double slope = shot.match(lambda, 1.0, bond).slope;
    EXPECT_LT(slope, 0.0);
    EXPECT_TRUE(within_relative((phase(lambda + h) - phase(lambda - h)) / (2 * h), slope, 1e-5)) << describe(system);
  }
}

TEST(Match, AtAnEigenvalueNothingIsLeftOver) {
  for (const CentralSpin& system : random_systems(13, 50, 20)) {
    const cpu::SpectralChain chain(chain_of(system));
    const DoubleShot shot(chain.data());
    for (const double lambda : eigenvalues(system)) {
      double mismatch = HUGE_VAL;
      for (const double parity : {1.0, -1.0})  // a folded chain has it in one of its families
        mismatch = std::min(mismatch, shot.match(lambda, parity, chain.bond(lambda)).mismatch);
      EXPECT_TRUE(at_most(mismatch, 1e-12 * chain.matrix_bound())) << describe(system) << ", lambda = " << lambda;
    }
  }
}

TEST(Match, ThreeLevelsByHand) {
  // N_b = 2, N_c = 50: eigenvalues 0 and +-sqrt(6 N_c - 4) A; a_0 = sqrt(2 N_c) A.
  const CentralSpin system = CentralSpin::resonant(2, 50);
  const cpu::SpectralChain chain(chain_of(system));
  const DoubleShot shot(chain.data());
  const double top = std::sqrt((6.0 * 50 - 4) / (2.0 * 50));
  for (const double lambda : {top, 0.0, -top}) {
    EXPECT_TRUE(at_most(shot.match(lambda, 1.0, 0).mismatch, 1e-15)) << lambda;
    EXPECT_TRUE(at_most(shot.match(lambda, 1.0, 1).mismatch, 1e-15)) << lambda;
  }
  EXPECT_GT(shot.match(0.5, 1.0, 0).mismatch, 0.1);
}

TEST(Refine, ReachesTheEigenvalueFromAnywhereInItsBracket) {
  for (const CentralSpin& system : random_systems(14, 40, 16)) {
    const cpu::SpectralChain chain(chain_of(system));
    if (chain.data().folded) continue;  // families are tested through find_eigenvalues
    const DoubleShot shot(chain.data());
    const std::vector<double> values = eigenvalues(system);
    for (std::size_t i = 0; i < values.size(); ++i) {
      const auto order = static_cast<kernels::index>(values.size() - 1 - i);
      kernels::Refinement r{};
      r.low = between_eigenvalues(values, i);
      r.high = between_eigenvalues(values, i + 1);
      r.lambda = r.low + 0.9 * (r.high - r.low);
      r.spacing = r.high - r.low;
      const kernels::index bond = chain.bond(values[i]);
      int passes = 0;
      for (; passes < 80 && !r.done; ++passes) kernels::refine(r, shot.match(r.lambda, 1.0, bond), order);
      EXPECT_TRUE(r.done) << describe(system);
      EXPECT_TRUE(within(r.lambda, values[i], 1e-13 * chain.matrix_bound())) << describe(system) << " after " << passes;
    }
  }
}

}  // namespace
}  // namespace qbatt::test
