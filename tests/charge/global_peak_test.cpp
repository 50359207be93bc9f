#include "charge/global_peak.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <numbers>
#include <vector>

#include "model/numerical_error.hpp"
#include "oracle/tridiagonal_oracle.hpp"
#include "support/comparisons.hpp"
#include "support/random_systems.hpp"

// The search on functions whose largest value is known.
namespace qbatt::test {
namespace {

using std::numbers::pi;

/// sum_i size_i (1 - cos(frequency_i t)): every derivative is bounded by that of the sum of sizes.
struct Waves {
  struct Wave {
    double size;
    double frequency;
  };
  std::vector<Wave> waves;

  [[nodiscard]] EnergySample at(double t) const {
    EnergySample s{.t = t};
    for (const auto& [size, w] : waves) {
      s.energy += 2 * size * std::sin(w * t / 2) * std::sin(w * t / 2);
      s.slope += size * w * std::sin(w * t);
      s.curvature += size * w * w * std::cos(w * t);
    }
    return s;
  }
  [[nodiscard]] EnergySampler sampler() const {
    return [*this](std::span<const double> times, std::span<EnergySample> samples) {
      for (std::size_t i = 0; i < times.size(); ++i) samples[i] = at(times[i]);
    };
  }
  [[nodiscard]] EnergySignal signal(double window) const {
    EnergySignal signal{.window = window};
    for (const auto& [size, w] : waves) {
      signal.range += 2 * std::abs(size);
      signal.sixth_derivative += std::abs(size) * std::pow(w, 6);
    }
    return signal;
  }
  [[nodiscard]] GlobalPeak peak(double window) const { return find_global_peak(signal(window), sampler(), nullptr); }
};

TEST(GlobalPeak, IsTheEarliestWhereAllTie) {
  const Waves wave{{{1, 1}}};
  for (const double window : {3.2, 10.0, 1000.0}) {
    const GlobalPeak peak = wave.peak(window);
    EXPECT_FALSE(peak.window_end);
    EXPECT_TRUE(within_relative(peak.t, pi, 1e-15)) << window;
  }
}

// The slow wave, largest at 7 pi, decides as soon as it is above the tolerance of ties, 1e-12 of 2.
TEST(GlobalPeak, TiesEndAtTheirTolerance) {
  EXPECT_TRUE(within_relative((Waves{{{1, 1}, {1e-13, 1.0 / 7}}}).peak(60).t, pi, 1e-12));
  EXPECT_TRUE(within_relative((Waves{{{1, 1}, {1e-11, 1.0 / 7}}}).peak(60).t, 7 * pi, 1e-12));
}

TEST(GlobalPeak, IsTheEndOfAWindowThatIsTooShort) {
  const Waves wave{{{1, 1}}};
  for (const double window : {1e-3, 1.0, 3.1, 3.1415}) {
    const GlobalPeak peak = wave.peak(window);
    EXPECT_TRUE(peak.window_end);
    EXPECT_EQ(peak.t, window);
  }
  // A first peak of 2.02 at about pi, then a rise to 4.
  const Waves two{{{1, 1}, {1, 0.1}}};
  EXPECT_FALSE(two.peak(5).window_end);
  EXPECT_TRUE(two.peak(8.8).window_end);
}

// Waves of incommensurate frequencies against a scan: all peaks are near one another in height.
TEST(GlobalPeak, IsWhatAScanFinds) {
  Random random(71);
  for (int trial = 0; trial < 40; ++trial) {
    Waves waves;
    for (int i = 0; i < 4; ++i) waves.waves.push_back({random.uniform(0.1, 1), std::exp(random.uniform(-1, 3))});
    const double window = random.uniform(1, 50);
    const GlobalPeak peak = waves.peak(window);
    double largest = 0;
    constexpr int points = 200'000;
    for (int i = 0; i <= points; ++i) largest = std::max(largest, waves.at(window * i / points).energy);
    const EnergySample found = waves.at(peak.t);
    EXPECT_TRUE(at_most(largest, found.energy + 1e-12)) << trial;
    if (!peak.window_end) EXPECT_TRUE(within(found.slope, 0, 1e-10)) << trial;
  }
}

// What is cheap may be wrong within its bounds: the exact function decides.
TEST(GlobalPeak, RoughValuesOnlySayWhereToLook) {
  Random random(72);
  for (int trial = 0; trial < 20; ++trial) {
    Waves waves;
    for (int i = 0; i < 4; ++i) waves.waves.push_back({random.uniform(0.1, 1), std::exp(random.uniform(-1, 3))});
    Waves disturbed = waves;
    constexpr double size = 1e-4;
    constexpr double frequency = 13;
    disturbed.waves.push_back({random.uniform(-1, 1) * size, frequency});
    const RoughSampler rough{
        .sample = disturbed.sampler(), .longest_time = 100, .energy_error = 2 * size, .slope_error = frequency * size};
    EnergySignal signal = waves.signal(30);
    signal.sixth_derivative += size * std::pow(frequency, 6);
    std::size_t exact_samples = 0;
    const EnergySampler exact = [&](std::span<const double> times, std::span<EnergySample> samples) {
      exact_samples += times.size();
      waves.sampler()(times, samples);
    };
    const GlobalPeak peak = find_global_peak(signal, exact, &rough);
    const GlobalPeak expected = waves.peak(30);
    EXPECT_EQ(peak.window_end, expected.window_end);
    EXPECT_TRUE(within_relative(peak.t, expected.t, 1e-13)) << trial;
    EXPECT_LT(exact_samples, 100U);
  }
}

// 4 - (1 + cos t)^2 = 4 - 3/2 - 2 cos t - cos(2t)/2, a maximum where the second and third derivatives vanish too.
TEST(GlobalPeak, MayBeFlat) {
  const Waves flat{{{2, 1}, {0.5, 2}}};
  const GlobalPeak peak = flat.peak(20);
  EXPECT_TRUE(within(flat.at(peak.t).energy, flat.at(pi).energy, 1e-14));
  EXPECT_TRUE(within(peak.t, pi, 1e-3));
}

TEST(GlobalPeak, SaysThatItIsLost) {
  const Waves fast{{{1, 1e9}}};
  EXPECT_THROW(static_cast<void>(fast.peak(10)), NumericalError);
  const EnergySampler none = [](std::span<const double>, std::span<EnergySample> samples) {
    std::ranges::fill(samples, EnergySample{.energy = std::numeric_limits<double>::quiet_NaN()});
  };
  EXPECT_THROW(static_cast<void>(find_global_peak(fast.signal(1e-9), none, nullptr)), NumericalError);
}

// Sixth differences of the energy along time stay below the bound; for two levels, E = sin^2 t, they reach it.
TEST(GlobalPeak, TheSixthDerivativeIsBounded) {
  const auto bound = [](const CentralSpin& s) { return energy_signal(chain_of(s), 1).sixth_derivative; };
  EXPECT_TRUE(within_relative(bound({.n_b = 1, .n_c = 1, .m = 1}), 32, 1e-14));
  constexpr double binomials[] = {1, -6, 15, -20, 15, -6, 1};
  for (const CentralSpin& system : random_systems(73, 60, 30)) {
    SCOPED_TRACE(describe(system));
    const TridiagonalOracle oracle(system);
    const double step = std::pow(1e-6 * static_cast<double>(system.dim()) / bound(system), 1.0 / 6.0);  // well above rounding
    for (int i = 0; i < 40; ++i) {
      double difference = 0;
      for (int j = 0; j <= 6; ++j) {
        const double t = (0.7 * i + 1 + j * step) / system.rabi();
        difference += binomials[j] * oracle.observables(t)[Observable::energy] / system.omega_b;
      }
      EXPECT_TRUE(at_most(std::abs(difference), bound(system) * std::pow(step, 6) + 1e-11 * static_cast<double>(system.dim())));
    }
  }
}

TEST(GlobalPeak, TheWindowIsInTransitTimes) {
  // Two levels: T = 1 / (2 a_0). Three resonant ones, N_b = N_c = 2: both couplings are a_0.
  const auto window = [](const CentralSpin& s) { return energy_signal(chain_of(s), 3).window; };
  EXPECT_TRUE(within_relative(window({.n_b = 1, .n_c = 4, .m = 4}), 1.5, 1e-15));
  EXPECT_TRUE(within_relative(window(CentralSpin::resonant(2, 2)), 3, 1e-15));
}

}  // namespace
}  // namespace qbatt::test
