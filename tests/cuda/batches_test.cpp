#include "cuda/batches.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "cuda/shooting_descriptor.hpp"
#include "kernels/cuda/chebyshev_plan.hpp"
#include "kernels/cuda/launch_size.hpp"
#include "kernels/cuda/workspace.hpp"
#include "qbatt/errors.hpp"

namespace qbatt::cuda {
namespace {

constexpr auto int32_max = std::int64_t{std::numeric_limits<std::int32_t>::max()};

BatchLimits limits_of(std::size_t memory) {
  BatchLimits limits;
  limits.memory = memory;
  return limits;
}

TEST(MemoryOfStream, AllStreamsOfAllProcessesTogetherFillADevice) {
  EXPECT_EQ(memory_of_stream(1000, 1, 1), 1000U);
  EXPECT_EQ(memory_of_stream(1000, 1, 2), 500U);
  EXPECT_EQ(memory_of_stream(1000, 2, 2), 250U);
  EXPECT_EQ(memory_of_stream(1001, 3, 2), 166U);
}

std::vector<std::size_t> all(std::span<const CentralSpin> systems) {
  std::vector<std::size_t> places(systems.size());
  std::iota(places.begin(), places.end(), std::size_t{0});
  return places;
}

TEST(PaddedLevels, HoldTheSystemAndCostLittle) {
  std::int64_t last = 0;
  for (std::int64_t dim = 1; dim <= 40'000; ++dim) {
    const std::int64_t n = padded_levels(dim);
    ASSERT_GE(n, dim);
    ASSERT_GE(n, last) << "larger systems never get smaller matrices";
    ASSERT_LE(std::pow(static_cast<double>(n) / static_cast<double>(dim), 3), 1.2) << dim;
    last = n;
  }
}

TEST(PaddedLevels, LeaveSmallSystemsAndPowersOfTwoAlone) {
  for (std::int64_t dim = 1; dim <= 32; ++dim) EXPECT_EQ(padded_levels(dim), dim);
  for (const std::int64_t spins : {64, 512, 2048, 32'768}) EXPECT_EQ(padded_levels(spins + 1), spins + 1);
  EXPECT_EQ(padded_levels(2001), 2049);
}

TEST(PaddedLevels, SweepOfSizesFallsIntoFewBatches) {
  std::vector<std::int64_t> sizes;
  for (std::int64_t spins = 1; spins <= 2000; ++spins) sizes.push_back(padded_levels(spins + 1));
  sizes.erase(std::unique(sizes.begin(), sizes.end()), sizes.end());
  EXPECT_LE(sizes.size(), 128U);
}

TEST(LargestBatch, IsBoundByMemory) {
  const auto bytes = [](std::int64_t count) { return static_cast<std::size_t>(count) * 1000; };
  EXPECT_EQ(largest_batch(10, limits_of(12'345), bytes), 12);
  EXPECT_EQ(largest_batch(10, limits_of(1000), bytes), 1);
  EXPECT_EQ(largest_batch(10, limits_of(999), bytes), 0);
}

TEST(LargestBatch, IsBoundByTheNumberOfMatrices) {
  const auto bytes = [](std::int64_t count) { return static_cast<std::size_t>(count); };
  EXPECT_EQ(largest_batch(2, limits_of(1'000'000'000), bytes), 32'000);
}

// 10^4 matrices of 513 levels have 2.6e9 elements: more than a 32-bit product holds, though the memory would.
TEST(LargestBatch, StaysWithin32Bits) {
  const auto bytes = [](std::int64_t count) { return static_cast<std::size_t>(count) * 513 * 513 * 8; };
  const std::int64_t batch = largest_batch(513, limits_of(std::size_t{1} << 40), bytes);
  EXPECT_LE(batch * 513 * 513, int32_max);
  EXPECT_GT((batch + 1) * 513 * 513, int32_max);
  const auto nothing = [](std::int64_t) { return std::size_t{0}; };
  EXPECT_EQ(largest_batch(46'340, limits_of(1), nothing), 1);
  EXPECT_EQ(largest_batch(46'341, limits_of(1), nothing), 0);
}

// A routine whose workspace length overflows says so with a size that no memory holds.
TEST(LargestBatch, StaysBelowAWorkspaceThatOverflows) {
  const auto bytes = [](std::int64_t count) {
    const std::int64_t doubles = count * 3 * 1000 * 1000;
    return doubles > int32_max ? std::numeric_limits<std::size_t>::max() : static_cast<std::size_t>(doubles) * 8;
  };
  const std::int64_t batch = largest_batch(1000, limits_of(std::numeric_limits<std::size_t>::max() - 1), bytes);
  EXPECT_EQ(batch, int32_max / 3'000'000);
}

TEST(ExtrapolatedWorkspace, GrowsByTheSameStepAndEndsAt32Bits) {
  EXPECT_EQ(extrapolated_workspace(100, 150, 1), 100U);
  EXPECT_EQ(extrapolated_workspace(100, 150, 2), 150U);
  EXPECT_EQ(extrapolated_workspace(100, 150, 11), 600U);
  EXPECT_EQ(extrapolated_workspace(100, 100, 1'000'000), 100U);
  const std::int64_t most = (int32_max - 1'000'000) / 1'000'000 + 1;
  EXPECT_LE(extrapolated_workspace(1'000'000, 2'000'000, most), static_cast<std::size_t>(int32_max));
  EXPECT_EQ(extrapolated_workspace(1'000'000, 2'000'000, most + 1), std::numeric_limits<std::size_t>::max());
  EXPECT_EQ(extrapolated_workspace(-5, 10, 1), std::numeric_limits<std::size_t>::max()) << "a length that wrapped";
}

TEST(BytesPerSystem, CountEveryBuffer) {
  const std::size_t matrix = 513 * 513 * sizeof(double);
  EXPECT_GT(bytes_per_system(513, true, 8, false), matrix);
  EXPECT_GT(bytes_per_system(513, false, 8, false), bytes_per_system(513, true, 8, false)) << "two columns a time";
  EXPECT_GT(bytes_per_system(513, true, 32, false), bytes_per_system(513, true, 8, false));
  EXPECT_EQ(bytes_per_system(513, true, 32, true) - bytes_per_system(513, true, 32, false), 513 * 32 * sizeof(double));
}

TEST(PlanDenseBatches, TakeEverySystemOnceWithItsLikes) {
  std::vector<CentralSpin> systems;
  for (std::int64_t n = 1; n <= 300; ++n) {
    systems.push_back(CentralSpin::resonant(n, n));
    systems.push_back({.n_b = 301 - n, .n_c = 400, .m = 400, .ising = 0.5});
  }
  const auto batches = plan_dense_batches(chains_of(systems), all(systems), [](std::int64_t, bool) { return std::int64_t{7}; });
  std::vector<std::size_t> seen;
  double last_work = std::numeric_limits<double>::infinity();
  for (const Batch& batch : batches) {
    EXPECT_LE(batch.systems.size(), 7U);
    EXPECT_TRUE(std::ranges::is_sorted(batch.systems));
    const double work = std::pow(static_cast<double>(batch.n), 3) * static_cast<double>(batch.systems.size());
    EXPECT_LE(work, last_work) << "the most expensive first";
    last_work = work;
    for (const std::size_t i : batch.systems) {
      EXPECT_EQ(padded_levels(systems[i].dim()), batch.n);
      EXPECT_EQ(systems[i].constant_diagonal(), batch.constant_diagonal);
      seen.push_back(i);
    }
  }
  std::ranges::sort(seen);
  EXPECT_EQ(seen, all(systems));
}

TEST(PlanDenseBatches, AreOfEqualSize) {
  const std::vector<CentralSpin> systems(100, CentralSpin::resonant(20, 20));
  const auto batches = plan_dense_batches(chains_of(systems), all(systems), [](std::int64_t, bool) { return std::int64_t{99}; });
  ASSERT_EQ(batches.size(), 2U);
  EXPECT_EQ(batches[0].systems.size(), 50U);
}

TEST(PlanDenseBatches, RefuseASystemThatNothingHolds) {
  const std::vector<CentralSpin> systems{CentralSpin::resonant(20, 20), CentralSpin::resonant(30'000, 30'000)};
  const auto batch = [](std::int64_t n, bool) { return std::int64_t{n < 1000 ? 1 : 0}; };
  try {
    plan_dense_batches(chains_of(systems), all(systems), batch);
    FAIL() << "planned what does not fit";
  } catch (const InputError& error) {
    EXPECT_NE(std::string(error.what()).find("--memory"), std::string::npos) << error.what();
  }
}

TEST(PaddedPairs, LeaveRoomAndNeverExceedTheLevels) {
  EXPECT_EQ(padded_pairs(2.0, 2), 2);
  EXPECT_EQ(padded_pairs(1e9, 2001), padded_levels(2001));
  for (const double expected : {1.0, 40.0, 155.0, 400.0}) {
    const std::int64_t room = padded_pairs(expected, 5001);
    EXPECT_EQ(room % 16, 0);
    EXPECT_GE(static_cast<double>(room), 1.05 * expected);
    EXPECT_LE(static_cast<double>(room), 1.05 * expected + 23.0);
  }
}

std::vector<std::int64_t> rooms(std::span<const CentralSpin> systems) {
  std::vector<std::int64_t> pairs;
  for (const CentralSpin& system : systems) pairs.push_back(plan_shooting(chain_of(system)).pairs);
  return pairs;
}

/// So many as fit `memory`, for optima without series.
auto fitting(std::size_t memory) {
  return [memory](std::int64_t n, std::int64_t pairs, bool constant_diagonal) {
    return static_cast<std::int64_t>(memory / shooting_bytes_per_system(n, pairs, constant_diagonal, 8, false));
  };
}

TEST(PlanShootingBatches, TakeOneBatteryOfTenMillionSpins) {
  const std::vector<CentralSpin> systems{CentralSpin::resonant(10'000'000, 10'000'000)};
  const auto pairs = rooms(systems);
  EXPECT_LE(pairs[0], 640);
  const auto batches = plan_shooting_batches(chains_of(systems), all(systems), pairs, fitting(std::size_t{64} << 30));
  ASSERT_EQ(batches.size(), 1U);
  EXPECT_EQ(batches[0].systems.size(), 1U);
  EXPECT_EQ(batches[0].solver, Solver::spectral);
}

TEST(PlanShootingBatches, TakeAMillionOfTwoLevels) {
  const std::vector<CentralSpin> systems(1'000'000, CentralSpin::resonant(1, 7));
  const std::vector<std::int64_t> pairs(systems.size(), plan_shooting(chain_of(systems[0])).pairs);
  EXPECT_EQ(pairs[0], 2);
  const auto batches = plan_shooting_batches(chains_of(systems), all(systems), pairs, fitting(std::size_t{8} << 30));
  EXPECT_LE(batches.size(), 8U);
  std::size_t planned = 0;
  for (const Batch& batch : batches) planned += batch.systems.size();
  EXPECT_EQ(planned, systems.size());
}

TEST(PlanShootingBatches, TakeAMixOfBothInTheOrderOfTheirCost) {
  std::vector<CentralSpin> systems(1000, CentralSpin::resonant(1, 7));
  systems.push_back(CentralSpin::resonant(1'000'000, 1'000'000));
  systems.push_back({.n_b = 300, .n_c = 300, .m = 200, .ising = 0.3});
  systems.push_back(CentralSpin::resonant(300, 301));
  const auto batches = plan_shooting_batches(chains_of(systems), all(systems), rooms(systems), fitting(std::size_t{16} << 30));
  ASSERT_EQ(batches.size(), 4U);
  EXPECT_EQ(batches.front().systems, std::vector<std::size_t>{1000});
  EXPECT_EQ(batches.back().systems.size(), 1000U);
  for (const Batch& batch : batches) {
    for (const std::size_t i : batch.systems) {
      EXPECT_EQ(batch.n, padded_levels(systems[i].dim()));
      EXPECT_EQ(batch.constant_diagonal, systems[i].constant_diagonal());
    }
  }
}

TEST(PlanShootingBatches, RefuseMemoryThatHoldsNoSystem) {
  const std::vector<CentralSpin> systems{CentralSpin::resonant(10'000'000, 10'000'000)};
  try {
    plan_shooting_batches(chains_of(systems), all(systems), rooms(systems), fitting(std::size_t{1} << 30));
    FAIL() << "planned what does not fit";
  } catch (const InputError& error) {
    EXPECT_NE(std::string(error.what()).find("--memory"), std::string::npos) << error.what();
    EXPECT_NE(std::string(error.what()).find("--backend cpu"), std::string::npos) << error.what();
  }
}

std::vector<ShootingSize> sizes_of(std::span<const CentralSpin> systems) {
  std::vector<ShootingSize> sizes;
  for (const CentralSpin& system : systems) {
    const ShootingPlan plan = plan_shooting(chain_of(system));
    sizes.push_back({system.dim(), plan.descriptor.levels, plan.pairs, system.constant_diagonal()});
  }
  return sizes;
}

std::vector<Batch> plan_spectral(std::span<const CentralSpin> systems, const BatchMemory& memory) {
  return plan_spectral_batches(chains_of(systems), all(systems), sizes_of(systems), LongChains{},
                               {.memory = memory, .times = 8, .populations = false});
}

std::vector<Batch> plan_spectral(std::span<const CentralSpin> systems, std::size_t memory) {
  return plan_spectral(systems, {memory, memory});
}

TEST(PlanSpectralBatches, GiveAChainMoreThanOthersWhereItNeedsMore) {
  const std::vector<CentralSpin> systems{CentralSpin::resonant(10'000'000, 10'000'000), CentralSpin::resonant(100'000, 100'000)};
  const auto batches = plan_spectral(systems, {std::size_t{1} << 30, std::size_t{8} << 30});
  ASSERT_EQ(batches.size(), 2U);
  EXPECT_EQ(batches[0].n, 10'000'001);
  EXPECT_EQ(batches[0].window, plan_spectral(systems, std::size_t{8} << 30)[0].window);
}

TEST(PlanSpectralBatches, TakeOneBatteryOfTenMillionSpinsInFewGigabytes) {
  const std::vector<CentralSpin> systems{CentralSpin::resonant(10'000'000, 10'000'000)};
  const auto batches = plan_spectral(systems, std::size_t{8} << 30);
  ASSERT_EQ(batches.size(), 1U);
  EXPECT_EQ(batches[0].n, 10'000'001);
  EXPECT_EQ(batches[0].segment, 2048);
  EXPECT_GT(batches[0].window, 1);
  EXPECT_LT(batches[0].window, 5'000'001 / 2048) << "not all vectors fit";
  EXPECT_EQ(plan_spectral(systems, std::size_t{100} << 30)[0].window, 5'000'001 / 2048 + 1) << "all of them";
}

TEST(PlanSpectralBatches, RefuseALongChainWhoseStatesDoNotFit) {
  const std::vector<CentralSpin> systems{CentralSpin::resonant(1, 7), CentralSpin::resonant(10'000'000, 10'000'000)};
  try {
    plan_spectral(systems, std::size_t{1} << 30);
    FAIL() << "planned what does not fit";
  } catch (const InputError& error) {
    EXPECT_NE(std::string(error.what()).find("--memory"), std::string::npos) << error.what();
    EXPECT_NE(std::string(error.what()).find("10000001 levels"), std::string::npos) << error.what();
  }
}

TEST(PlanSpectralBatches, LeaveLongChainsAloneAndTakeTheOthersTogether) {
  std::vector<CentralSpin> systems(1000, CentralSpin::resonant(1, 7));
  systems.push_back(CentralSpin::resonant(200'000, 200'000));
  systems.push_back(CentralSpin::resonant(1'000'000, 1'000'000));
  systems.push_back(CentralSpin::resonant(100'000, 100'000));
  const auto batches = plan_spectral(systems, std::size_t{40} << 30);
  ASSERT_EQ(batches.size(), 4U);
  EXPECT_EQ(batches[0].systems, std::vector<std::size_t>{1001});
  EXPECT_EQ(batches[1].systems, std::vector<std::size_t>{1000});
  EXPECT_EQ(batches[2].systems, std::vector<std::size_t>{1002});
  EXPECT_EQ(batches[3].systems.size(), 1000U);
  EXPECT_GT(batches[1].segment, 0);
  EXPECT_EQ(batches[2].segment, 0);
}

TEST(PlanSpectralBatches, TakeAMillionOfTwoLevelsBesideOneOfTenMillionSpins) {
  std::vector<CentralSpin> systems(1'000'000, CentralSpin::resonant(1, 7));
  systems.push_back(CentralSpin::resonant(10'000'000, 10'000'000));
  const std::vector<ShootingSize> kinds = sizes_of(std::vector{systems.front(), systems.back()});
  std::vector<ShootingSize> sizes(systems.size(), kinds[0]);
  sizes.back() = kinds[1];
  const auto batches =
      plan_spectral_batches(chains_of(systems), all(systems), sizes, LongChains{},
                            {.memory = {std::size_t{16} << 30, std::size_t{16} << 30}, .times = 8, .populations = false});
  EXPECT_EQ(batches[0].systems, std::vector<std::size_t>{1'000'000}) << "what takes longest comes first";
  EXPECT_GT(batches[0].segment, 0);
  std::vector<std::size_t> planned;
  for (const Batch& batch : batches) planned.insert(planned.end(), batch.systems.begin(), batch.systems.end());
  std::ranges::sort(planned);
  EXPECT_EQ(planned, all(systems)) << "each once";
  EXPECT_LE(batches.size(), 32U);
}

TEST(LongChains, SegmentsFollowFromTheLevelsAlone) {
  const LongChains chains;
  EXPECT_FALSE(chains.include((1 << 17) - 1));
  EXPECT_TRUE(chains.include(1 << 17));
  for (const std::int64_t dim : {std::int64_t{1} << 17, std::int64_t{3'000'000}, std::int64_t{1'000'000'001}}) {
    const std::int64_t segment = chains.segment(dim);
    EXPECT_GE(segment, 1024);
    EXPECT_LE((dim + segment - 1) / segment, 8192);
    EXPECT_EQ(segment & (segment - 1), 0) << "blocks of the recurrence fit into it";
  }
}

TEST(LongChainBytes, GrowWithTheWindowAndLittleWithTheLevelsBeyondIt) {
  const ShootingBudget budget{.memory = {0, 0}, .times = 8, .populations = false};
  const ShootingSize size{10'000'001, 5'000'001, 400, true};
  const std::size_t none = long_chain_bytes(size, 2048, 0, budget);
  EXPECT_EQ(long_chain_bytes(size, 2048, 2, budget) - none, 2 * (long_chain_bytes(size, 2048, 1, budget) - none));
  EXPECT_LT(none, std::size_t{8} << 30);
}

TEST(PlanChebyshevBatches, TakeAsManyAsFitAndKnowTheirMemory) {
  const std::vector<CentralSpin> systems(100, CentralSpin::resonant(64, 70));
  const std::size_t memory = chebyshev_bytes(65, true, 32).of(30);
  const auto batches = plan_chebyshev_batches(chains_of(systems), all(systems), {memory, memory}, 32);
  ASSERT_EQ(batches.size(), 4U);
  for (const Batch& batch : batches) {
    EXPECT_EQ(batch.systems.size(), 25U);
    EXPECT_EQ(batch.memory, memory);
  }
  EXPECT_LT(plan_chebyshev_batches(chains_of(systems), all(systems), {memory, memory}, 1).size(), 4U)
      << "less is held where optima alone are wanted";
  const std::size_t one = chebyshev_bytes(65, true, 32).of(1);
  EXPECT_THROW(plan_chebyshev_batches(chains_of(systems), all(systems), {one - 1, one - 1}, 32), InputError);
  const auto alone = plan_chebyshev_batches(chains_of(systems), all(systems), {one - 1, one}, 32);
  EXPECT_EQ(alone.size(), systems.size());
  EXPECT_EQ(alone[0].memory, one);
}

TEST(ShootingBytesPerSystem, AreLessThanThoseOfAMatrix) {
  EXPECT_LT(shooting_bytes_per_system(2049, 256, true, 8, false), bytes_per_system(2049, true, 8, false) / 2);
  EXPECT_GT(shooting_bytes_per_system(2049, 256, true, 8, false), std::size_t{2049} * 256 * sizeof(double));
}

TEST(LaunchBlocks, CoverTheItemsWithinTheLargestGrid) {
  EXPECT_EQ(launch_blocks(1), 1);
  EXPECT_EQ(launch_blocks(launch_threads), 1);
  EXPECT_EQ(launch_blocks(launch_threads + 1), 2);
  EXPECT_EQ(launch_blocks(std::int64_t{1} << 33), (std::int64_t{1} << 33) / launch_threads) << "beyond 32 bits";
  EXPECT_EQ(launch_blocks(std::int64_t{1} << 60), int32_max);
}

}  // namespace
}  // namespace qbatt::cuda
