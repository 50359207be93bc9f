#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <vector>

#include "cuda/batches.hpp"
#include "cuda/chebyshev_states.hpp"
#include "cuda/evaluate_all.hpp"
#include "kernels/cuda/chebyshev_plan.hpp"
#include "support/comparisons.hpp"

// What a batch of expansions takes of the device beside what was planned for it.
namespace qbatt::test {
namespace {

using cuda::ChebyshevBytes;
using cuda::ChebyshevStates;

/// Optima, and series where `times` is more than one, of one batch in so many bytes.
struct Batch {
  std::vector<CentralSpin> systems;
  std::vector<double> peaks;
  std::vector<StateReport> reports;  ///< [system][times]
  std::size_t bytes = 0;             ///< the most at once

  Batch(const CentralSpin& system, std::size_t count, cuda::index times, std::size_t memory) : systems(count, system) {
    const cuda::Stream stream;
    std::vector<LevelChain> chains;
    for (const CentralSpin& s : systems) chains.push_back(chain_of(s));
    constexpr double no_limit = std::numeric_limits<double>::infinity();
    ChebyshevStates states(chains, {cuda::padded_levels(system.dim()), system.constant_diagonal(), 1, no_limit, memory}, stream);
    peaks = states.first_peaks(kernels::PeakOf::energy);
    std::vector<double> t;
    for (const double peak : peaks)
      for (cuda::index i = 0; i < times; ++i)
        t.push_back(times == 1 ? peak : 2.0 * peak * static_cast<double>(i) / static_cast<double>(times));
    ChebyshevStates::Staging staging;
    evaluate_all(states, peaks.size(), t, staging);
    reports.assign(staging.reports.data(), staging.reports.data() + t.size());
    bytes = stream.memory().most;
  }
};

/// Chains of one tile and of several, with and without a constant diagonal.
const std::vector<CentralSpin> kinds{
    CentralSpin::resonant(3, 5),       {.n_b = 7, .n_c = 9, .m = 7, .omega_c = 1.3, .ising = 0.2},
    CentralSpin::resonant(60, 61),     {.n_b = 64, .n_c = 61, .m = 60, .omega_c = 1.2},
    CentralSpin::resonant(512, 700),   {.n_b = 512, .n_c = 700, .m = 512, .omega_c = 1.1, .ising = 0.2},
    CentralSpin::resonant(2500, 2600), {.n_b = 1300, .n_c = 1400, .m = 1300, .omega_c = 1.1, .ising = 0.2}};

TEST(ChebyshevMemory, ABatchFillsWhatWasPlannedAndNoMore) {
  constexpr double least_share = 0.7;
  for (const CentralSpin& system : kinds) {
    for (const cuda::index times : {1, 32}) {
      const ChebyshevBytes plan = cuda::chebyshev_bytes(cuda::padded_levels(system.dim()), system.constant_diagonal(), times);
      const std::size_t count = std::max<std::size_t>(2, 1'000'000 / plan.system);
      const std::size_t memory = plan.of(static_cast<std::int64_t>(count));
      const Batch batch(system, count, times, memory);
      const double share = static_cast<double>(batch.bytes) / static_cast<double>(memory);
      EXPECT_TRUE(between(share, least_share, 1.0)) << count << " x " << describe(system) << " at " << times << " times";
    }
  }
}

TEST(ChebyshevMemory, OneSystemFitsWhatIsPlannedForOne) {
  for (const CentralSpin& system : kinds) {
    for (const cuda::index times : {1, 32}) {
      const std::size_t memory = cuda::chebyshev_bytes(cuda::padded_levels(system.dim()), system.constant_diagonal(), times).of(1);
      EXPECT_LE(Batch(system, 1, times, memory).bytes, memory) << describe(system) << " at " << times << " times";
    }
  }
}

// Where there is room for few of them, expansions run in portions.
TEST(ChebyshevMemory, PortionsChangeNoBit) {
  for (const CentralSpin& system : kinds) {
    for (const cuda::index times : {1, 32}) {
      SCOPED_TRACE(testing::Message() << describe(system) << " at " << times << " times");
      const ChebyshevBytes plan = cuda::chebyshev_bytes(cuda::padded_levels(system.dim()), system.constant_diagonal(), times);
      const std::size_t count = system.dim() < 100 ? 60 : 3;  // more than one expansion of the most orders takes
      const Batch roomy(system, count, times, std::numeric_limits<std::size_t>::max());
      const Batch tight(system, count, times, plan.of(0));
      if (times == 1) EXPECT_LT(tight.bytes, roomy.bytes) << "there was room for all";
      for (std::size_t i = 0; i < roomy.peaks.size(); ++i) ASSERT_TRUE(same_bits(tight.peaks[i], roomy.peaks[i])) << i;
      for (std::size_t i = 0; i < roomy.reports.size(); ++i) {
        ASSERT_TRUE(same_bits(tight.reports[i].sums.mean, roomy.reports[i].sums.mean)) << i;
        ASSERT_TRUE(same_bits(tight.reports[i].passive_level, roomy.reports[i].passive_level)) << i;
      }
    }
  }
}

}  // namespace
}  // namespace qbatt::test
