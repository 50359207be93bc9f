#include "cuda/chebyshev_states.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

#include "cpu/chebyshev/chebyshev.hpp"
#include "cuda/device_test.hpp"
#include "cuda/evaluate_all.hpp"
#include "support/comparisons.hpp"
#include "support/tolerances.hpp"

// Expansions of one batch, on the host, beside those of the CPU.
namespace qbatt::test {
namespace {

using cuda::ChebyshevStates;

constexpr double no_limit = std::numeric_limits<double>::infinity();

class ChebyshevStatesTest : public DeviceTest {
protected:
  [[nodiscard]] ChebyshevStates states_of(const std::vector<CentralSpin>& systems, double work_limit = no_limit) {
    cuda::index n = 0;
    std::vector<LevelChain> chains;
    for (const CentralSpin& system : systems) {
      n = std::max<cuda::index>(n, system.dim());
      chains.push_back(chain_of(system));
    }
    return {chains, {n + 3, systems[0].constant_diagonal(), 1, work_limit}, stream()};
  }

  /// Populations at times of system 0, [time][level], by the batch.
  std::vector<double> populations(ChebyshevStates& states, const CentralSpin& system, std::vector<double> t) {
    evaluate_all(states, 1, t, staging());
    std::vector<double> p;
    for (std::size_t i = 0; i < t.size(); ++i) {
      const double* const row = staging().levels.data() + i * static_cast<std::size_t>(system.dim() + 3);
      p.insert(p.end(), row, row + system.dim());
    }
    return p;
  }

  static std::vector<double> by(cpu::OneChain& states, const CentralSpin& system, const std::vector<double>& t) {
    std::vector<double> p(t.size() * static_cast<std::size_t>(system.dim()));
    std::vector<StateReport> reports(t.size());
    states.sample(t, Detail::observables, reports, p.data());
    return p;
  }

  static std::vector<double> by_the_cpu(const CentralSpin& system, const std::vector<double>& t) {
    return by(*cpu::make_chebyshev_states(chain_of(system)), system, t);
  }
};

void expect_equal_populations(const std::vector<double>& actual, const std::vector<double>& expected) {
  constexpr double tolerance = 1e-12;
  ASSERT_EQ(actual.size(), expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i) ASSERT_TRUE(within(actual[i], expected[i], tolerance)) << i;
}

/// Of all expansions between the legs that were crossed, whatever number of states was wanted.
cuda::index most_tiles(const ChebyshevStates& states, bool constant_diagonal) {
  cuda::index most = 0;
  for (std::size_t i = 0; i + 1 < states.legs(0).size(); ++i) {
    const cuda::index levels = states.legs(0)[i].levels;
    const cuda::ChebyshevKind kind = cuda::chebyshev_kind(constant_diagonal, i == 0, levels);
    cuda::index least = levels;
    for (const cuda::index targets : {1, 2, 3, 4})
      least = std::min(
          least, cuda::tile_count(cuda::chebyshev_classes(kind)[cuda::choose_chebyshev_class(kind, levels, targets)], levels));
    most = std::max(most, least);
  }
  return most;
}

const CentralSpin resonant = CentralSpin::resonant(3500, 3300);
const CentralSpin detuned{.n_b = 2000, .n_c = 2200, .m = 1900, .omega_c = 25.0, .ising = 0.7};

// Chains of several tiles, whose blocks exchange what lies at the ends of their warps, through many legs.
TEST_F(ChebyshevStatesTest, LongChainsAgreeWithTheCpu) {
  for (const CentralSpin& system : {resonant, detuned}) {
    ChebyshevStates states = states_of({system});
    const auto on_cpu = cpu::make_chebyshev_states(chain_of(system));
    const std::vector<double> t{1.1, 20.0, 30.0};
    expect_equal_populations(populations(states, system, t), by(*on_cpu, system, t));
    EXPECT_GE(most_tiles(states, system.constant_diagonal()), 2) << describe(system);
    EXPECT_TRUE(at_most(states.error_bound(0, 30.0), 2.0 * on_cpu->error_bound(0, 30.0))) << describe(system);
  }
}

// Back and forth, further than states are kept: the bits are those of the direct way.
TEST_F(ChebyshevStatesTest, TheStateAtATimeIsTheSameWhateverWasAskedBefore) {
  const CentralSpin system = CentralSpin::resonant(300, 320);
  ChebyshevStates straight = states_of({system});
  const std::vector<double> direct = populations(straight, system, {40.0});
  ChebyshevStates wandering = states_of({system});
  for (const std::vector<double>& t : {std::vector<double>{300.0, 0.0, 280.0}, {3.0, 40.0, 7.0}, {41.0}, {20.0, 60.0, 40.0}})
    populations(wandering, system, t);
  const std::vector<double> late = populations(wandering, system, {40.0});
  for (std::size_t k = 0; k < direct.size(); ++k) ASSERT_TRUE(same_bits(late[k], direct[k])) << k;
}

TEST_F(ChebyshevStatesTest, TimesThatAreNoneGiveNaNAndLeaveTheOthersAlone) {
  const CentralSpin system = CentralSpin::resonant(40, 44);
  ChebyshevStates states = states_of({system});
  const std::vector<double> p = populations(states, system, {1.5, std::nan(""), 0.0});
  const auto dim = static_cast<std::size_t>(system.dim());
  const std::vector<double> first = by_the_cpu(system, {1.5});
  for (std::size_t k = 0; k < dim; ++k) {
    EXPECT_TRUE(within(p[k], first[k], 1e-13));
    EXPECT_TRUE(std::isnan(p[dim + k]));
    EXPECT_TRUE(same_bits(p[2 * dim + k], k == 0 ? 1.0 : 0.0));
  }
}

TEST_F(ChebyshevStatesTest, WorkBeyondTheLimitFailsThatSystemAlone) {
  const std::vector<CentralSpin> systems{CentralSpin::resonant(900, 900), CentralSpin::resonant(20, 890)};
  ChebyshevStates states = states_of(systems, 3e5);
  EXPECT_TRUE(states.solved(0));
  const std::vector<double> peaks = states.first_peaks(kernels::PeakOf::energy);
  EXPECT_FALSE(states.solved(0));
  EXPECT_TRUE(std::isnan(peaks[0]));
  EXPECT_TRUE(std::isnan(states.error_bound(0, 1.0)));
  EXPECT_TRUE(states.solved(1));
  EXPECT_TRUE(within(peaks[1], cpu::make_chebyshev_states(chain_of(systems[1]))->first_peak(kernels::PeakOf::energy), 1e-10));
}

}  // namespace
}  // namespace qbatt::test
