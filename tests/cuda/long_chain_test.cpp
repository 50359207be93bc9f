#include "cuda/long_chain.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <span>
#include <vector>

#include "cpu/spectral/spectral.hpp"
#include "cuda/device_test.hpp"
#include "cuda/evaluate_all.hpp"
#include "cuda/pair_states.hpp"
#include "cuda/shooting_descriptor.hpp"
#include "support/comparisons.hpp"

// One chain in segments, on the host, beside the CPU's spectral solver.
namespace qbatt::test {
namespace {

using cuda::LongChain;

class LongChainTest : public DeviceTest {
protected:
  [[nodiscard]] std::unique_ptr<LongChain> solve(const CentralSpin& system, cuda::index segment, cuda::index window) {
    const cuda::ShootingPlan plan = cuda::plan_shooting(chain_of(system));
    return std::make_unique<LongChain>(cuda::descriptor_of(chain_of(system)), plan.descriptor,
                                       cuda::LongChainShape{plan.pairs, system.constant_diagonal(), segment, window}, stream());
  }

  std::vector<double> populations(LongChain& chain, const CentralSpin& system, std::vector<double> t) {
    evaluate_all(chain, 1, t, staging());
    const double* const first = staging().levels.data();
    return {first, first + t.size() * static_cast<std::size_t>(system.dim())};
  }
};

/// Constant, detuned and Ising diagonals, folded and not, of odd and even length.
const std::vector<CentralSpin> chains{CentralSpin::resonant(2500, 2500),
                                      CentralSpin::resonant(2501, 2501),
                                      CentralSpin::resonant(2600, 2500),
                                      {.n_b = 1900, .n_c = 2100, .m = 2000, .omega_c = 30.0, .ising = 0.3},
                                      {.n_b = 2000, .n_c = 2000, .m = 2000, .ising = 0.8},
                                      {.n_b = 2001, .n_c = 2001, .m = 2001, .ising = 1.5}};

void expect_close(std::span<const double> actual, std::span<const double> expected, const CentralSpin& system) {
  constexpr double tolerance = 1e-12;
  ASSERT_EQ(actual.size(), expected.size());
  for (std::size_t i = 0; i < actual.size(); ++i)
    ASSERT_TRUE(within(actual[i], expected[i], tolerance)) << describe(system) << ", entry " << i;
}

TEST_F(LongChainTest, AgreesWithTheCpu) {
  const std::vector<double> t{0.0, 0.7, 3.0};
  for (const CentralSpin& system : chains) {
    const auto propagator = cpu::make_spectral_states(chain_of(system), {});
    std::vector<double> expected(t.size() * static_cast<std::size_t>(system.dim()));
    std::vector<StateReport> reports(t.size());
    propagator->sample(t, Detail::observables, reports, expected.data());
    for (const cuda::index segment : {64, 1024}) {
      const auto chain = solve(system, segment, 3);
      ASSERT_TRUE(chain->solved(0)) << describe(system);
      expect_close(populations(*chain, system, t), expected, system);
      EXPECT_TRUE(
          within_relative(chain->first_peaks(kernels::PeakOf::energy)[0], propagator->first_peak(kernels::PeakOf::energy), 1e-10))
          << describe(system);
      EXPECT_TRUE(at_most(chain->error_bound(0, 3.0), 4.0 * propagator->error_bound(0, 3.0))) << describe(system);
      EXPECT_TRUE(at_most(chain->pair_defect(0, 3.0), 1e-11)) << describe(system);
    }
  }
}

// Where segments meet, shots differ by rounding. Short segments have many such places, and still the bound is that of whole shots.
TEST_F(LongChainTest, SegmentsCostLittleOfTheBound) {
  constexpr double t = 3.0;
  for (const CentralSpin& system : chains) {
    const cuda::ShootingPlan plan = cuda::plan_shooting(chain_of(system));
    const cuda::SystemDescriptor descriptor = cuda::descriptor_of(chain_of(system));
    cuda::PairStates whole({&descriptor, 1}, {system.dim(), plan.pairs, system.constant_diagonal()}, linear_algebra(), stream());
    whole.shoot({&plan.descriptor, 1});
    whole.certify();
    for (const cuda::index segment : {16, 1024}) {
      const auto chain = solve(system, segment, 3);
      EXPECT_EQ(chain->pairs(0), whole.pairs(0)) << describe(system);
      EXPECT_TRUE(at_most(chain->error_bound(0, t), 1.1 * whole.error_bound(0, t))) << describe(system) << ", " << segment;
      EXPECT_TRUE(at_most(chain->pair_defect(0, t), 2.0 * whole.pair_defect(0, t))) << describe(system) << ", " << segment;
    }
  }
}

TEST_F(LongChainTest, TheWindowChangesNoBit) {
  for (const CentralSpin& system : {chains[1], chains[3]}) {
    const auto all = solve(system, 100, 1000);
    const std::vector<double> expected = populations(*all, system, {2.0});
    for (const cuda::index window : {1, 4}) {
      const auto few = solve(system, 100, window);
      EXPECT_TRUE(same_bits(few->error_bound(0, 2.0), all->error_bound(0, 2.0)));
      EXPECT_TRUE(same_bits(few->first_peaks(kernels::PeakOf::energy)[0], all->first_peaks(kernels::PeakOf::energy)[0]));
      const std::vector<double> p = populations(*few, system, {2.0});
      for (std::size_t k = 0; k < p.size(); ++k) ASSERT_TRUE(same_bits(p[k], expected[k])) << k;
    }
  }
}

}  // namespace
}  // namespace qbatt::test
