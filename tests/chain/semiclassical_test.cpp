#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "cpu/spectral/spectral_chain.hpp"
#include "oracle/tridiagonal_oracle.hpp"
#include "support/comparisons.hpp"

namespace qbatt::test {
namespace {

TEST(Semiclassical, CountsEigenvaluesToAboutOne) {
  for (const CentralSpin& system : {CentralSpin::resonant(300, 400), CentralSpin{200, 260, 230, 1, 30, 1, 0.4}}) {
    const cpu::SpectralChain chain(chain_of(system));
    const std::vector<double> values = TridiagonalOracle(system).eigenvalues();
    for (const double lambda : {-5.0, -1.0, 0.0, 2.0, 10.0}) {
      const auto above = std::ranges::count_if(values, [&](double v) { return v > lambda * system.rabi(); });
      EXPECT_TRUE(within(kernels::semiclassical_count(chain.samples(), lambda), static_cast<double>(above), 1.5)) << lambda;
    }
  }
}

TEST(Semiclassical, SamplesCoverEveryLevelOnce) {
  for (const std::int64_t n : {1, 2, 5, 50, 1000, 1'000'000, 1'000'000'000}) {
    for (const std::int64_t more : {0, 1}) {
      const cpu::SpectralChain chain(chain_of(CentralSpin::resonant(n, n + more)));
      const auto samples = chain.samples();
      EXPECT_LE(samples.count, kernels::LevelSamples::capacity);
      double levels = 0.0;
      for (int i = 0; i < samples.count; ++i) {
        levels += samples.measure[i];
        EXPECT_TRUE(i == 0 || samples.level[i] > samples.level[i - 1]);
      }
      EXPECT_EQ(levels, static_cast<double>(chain.data().levels));
    }
  }
}

TEST(Semiclassical, WindowStaysSmallWhereFewPairsCarryTheState) {
  // At resonance the weights fall like exp(-pi |lambda| / (2 a_0)): 1e-30 is reached near 44 a_0 at any size.
  for (const std::int64_t n : {1000, 1'000'000, 1'000'000'000}) {
    const cpu::SpectralChain chain(chain_of(CentralSpin::resonant(n, n)));
    EXPECT_EQ(chain.window_low(), 0.0);
    EXPECT_TRUE(between(chain.window_high(), 35.0, 70.0)) << n;
  }
}

}  // namespace
}  // namespace qbatt::test
