#include "cuda/chip_states.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "cuda/device_test.hpp"
#include "cuda/evaluate_all.hpp"
#include "cuda/launches.hpp"
#include "kernels/cuda/transfers.hpp"
#include "support/comparisons.hpp"
#include "support/random_systems.hpp"
#include "support/tolerances.hpp"

// Chains solved by teams on the device: lanes, parts of warps and blocks, of which each class is reached.
namespace qbatt::test {
namespace {

using cuda::ChipStates;

class ChipStatesTest : public DeviceTest {
protected:
  static constexpr std::size_t memory = std::size_t{256} << 20;
};

/// 4 to 32 levels; 33 to 700, folded and not, detuned and not, so that teams have 8, 16, 32, 64, 128 and 256 threads.
std::vector<LevelChain> chains_of_all_classes() {
  const std::vector<CentralSpin> systems{{.n_b = 3, .n_c = 3, .m = 3},
                                         {.n_b = 11, .n_c = 13, .m = 13, .ising = 0.3},
                                         {.n_b = 25, .n_c = 26, .m = 26},
                                         {.n_b = 33, .n_c = 34, .m = 34},
                                         {.n_b = 42, .n_c = 50, .m = 50, .ising = 0.2},
                                         {.n_b = 60, .n_c = 71, .m = 71},
                                         {.n_b = 80, .n_c = 80, .m = 80},
                                         {.n_b = 81, .n_c = 81, .m = 81},
                                         {.n_b = 100, .n_c = 130, .m = 130, .ising = 0.4},
                                         {.n_b = 150, .n_c = 320, .m = 160, .omega_c = 1.4}};
  return chains_of(systems);
}

TEST_F(ChipStatesTest, RowsAreTheSameInAnyCompany) {
  const std::vector<LevelChain> chains = chains_of_all_classes();
  ChipStates together(chains, {.first_peak = true, .observed = true}, memory, stream());
  const std::vector<Optimum> all = together.optima(OptimumRule::first_peak, 0.0, true);
  for (std::size_t i = 0; i < chains.size(); ++i) {
    SCOPED_TRACE(testing::Message() << chains[i].dim << " levels");
    ASSERT_TRUE(together.solved(i));
    ChipStates alone({&chains[i], 1}, {.first_peak = true, .observed = true}, memory, stream());
    const Optimum own = alone.optima(OptimumRule::first_peak, 0.0, true).front();
    EXPECT_TRUE(same_bits(own.t, all[i].t));
    EXPECT_TRUE(same_bits(own.report.sums.mean, all[i].report.sums.mean));
    EXPECT_TRUE(same_bits(own.report.passive_level, all[i].report.passive_level));
    EXPECT_TRUE(same_bits(alone.error_bound(0, own.t), together.error_bound(i, own.t)));
    EXPECT_EQ(alone.pairs(0), together.pairs(i));
    EXPECT_LE(together.error_bound(i, own.t), 1e-10);
  }
}

/// States at some times: of pairs that were kept, and of such as are found again.
TEST_F(ChipStatesTest, PairsMayBeKeptOrFoundAgain) {
  const std::vector<LevelChain> chains = chains_of_all_classes();
  constexpr index times = 10;
  std::vector<double> t;
  for (std::size_t i = 0; i < chains.size(); ++i)
    for (index k = 0; k < times; ++k) t.push_back(0.4 * static_cast<double>(k));
  ChipStates::Staging kept_results;
  ChipStates::Staging found_results;
  ChipStates kept(chains, {.more_times = true}, memory, stream());
  evaluate_all(kept, chains.size(), t, kept_results);
  ChipStates found(chains, {.first_peak = true, .observed = true}, memory, stream());
  const double peak = found.first_peaks(kernels::PeakOf::energy).front();
  evaluate_all(found, chains.size(), t, found_results);
  EXPECT_TRUE(same_bits(found.first_peaks(kernels::PeakOf::energy).front(), peak));
  index longest = 0;
  for (const LevelChain& chain : chains) longest = std::max(longest, chain.dim);
  for (std::size_t i = 0; i < chains.size(); ++i) {
    SCOPED_TRACE(testing::Message() << chains[i].dim << " levels");
    for (std::size_t k = 0; k < static_cast<std::size_t>(times); ++k) {
      const std::size_t at = i * static_cast<std::size_t>(times) + k;
      const StateReport& report = kept_results.reports[at];
      EXPECT_TRUE(within(report.sums.norm, 1.0, 1e-12));
      EXPECT_TRUE(same_bits(report.sums.mean, found_results.reports[at].sums.mean));
      EXPECT_TRUE(same_bits(report.passive_level, found_results.reports[at].passive_level));
      const double* const p = kept_results.levels.data() + at * static_cast<std::size_t>(longest);
      double mean = 0.0;
      for (index level = 0; level < longest; ++level) mean += static_cast<double>(level) * p[level];
      EXPECT_TRUE(within(report.sums.mean * report.sums.norm, mean, 1e-10));
    }
  }
}

TEST_F(ChipStatesTest, SharedMemoryOrNoneGivesTheSameBits) {
  const std::vector<LevelChain> chains = chains_of_all_classes();
  const ChipStates::Wanted wanted{.first_peak = true, .observed = true};
  ChipStates usual(chains, wanted, memory, stream());
  ChipStates pressed(chains, wanted, std::size_t{1} << 20, stream());  // one block at a time
  for (std::size_t i = 0; i < chains.size(); ++i)
    EXPECT_TRUE(same_bits(usual.first_peaks(kernels::PeakOf::energy)[i], pressed.first_peaks(kernels::PeakOf::energy)[i]));
}

/// Matrices by multiply-adds and by tensor cores, where the device has them.
TEST_F(ChipStatesTest, GramMatricesByEitherUnit) {
  constexpr index levels = 32;
  constexpr index vectors = 56;
  Random random(3);
  std::vector<double> values(static_cast<std::size_t>(levels * vectors));
  for (double& x : values) x = random.uniform(-1.0, 1.0);
  const cuda::DeviceBuffer<double> on_device = cuda::to_device<double>(values, stream());
  for (const bool symmetric : {true, false}) {
    for (const int stride : {1, 2}) {
      const GramShape shape{levels, vectors, stride, symmetric};
      const cuda::DeviceBuffer<double> by_threads(static_cast<std::size_t>(shape.entries()), stream());
      const cuda::DeviceBuffer<double> by_tensor_cores(static_cast<std::size_t>(shape.entries()), stream());
      add_gram(stream(), false, shape, on_device.data(), by_threads.data());
      add_gram(stream(), true, shape, on_device.data(), by_tensor_cores.data());
      const std::vector<double> expected = cuda::to_host(by_threads, stream());
      const std::vector<double> actual = cuda::to_host(by_tensor_cores, stream());
      for (std::size_t i = 0; i < expected.size(); ++i) ASSERT_TRUE(within(actual[i], expected[i], 1e-12)) << i;
    }
  }
}

}  // namespace
}  // namespace qbatt::test
