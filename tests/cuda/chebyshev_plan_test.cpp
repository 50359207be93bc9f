#include "kernels/cuda/chebyshev_plan.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <vector>

namespace qbatt::cuda {
namespace {

constexpr std::array all_kinds{ChebyshevKind::rotation, ChebyshevKind::real_start, ChebyshevKind::complex_start};

const ChebyshevClass& chosen(ChebyshevKind kind, std::int64_t levels, std::int64_t targets) {
  return chebyshev_classes(kind)[choose_chebyshev_class(kind, levels, targets)];
}

TEST(ChebyshevPlan, TilesHoldEveryLevelOnceBetweenTheirMargins) {
  for (const ChebyshevKind kind : all_kinds) {
    for (const ChebyshevClass& c : chebyshev_classes(kind)) {
      for (const std::int64_t levels : {std::int64_t{1}, c.capacity() - 1, c.capacity(), c.capacity() + 1, 10 * c.capacity() + 7}) {
        if (c.whole() && levels > c.capacity()) continue;
        const std::int64_t count = tile_count(c, levels);
        const std::int64_t margin = count > 1 ? c.margin() : 0;
        std::int64_t next = 0;
        for (std::int64_t tile = 0; tile < count; ++tile) {
          ASSERT_EQ(tile_begin(c, levels, tile) + margin, next);
          next = tile_begin(c, levels, tile) + c.capacity() - margin;
        }
        ASSERT_GE(next, levels);
        ASSERT_LT(next - (c.capacity() - 2 * margin), levels) << "no tile too many";
      }
    }
  }
}

TEST(ChebyshevPlan, PassesFollowOneAnotherAndSpoilNoMoreThanTheMargin) {
  for (const ChebyshevKind kind : all_kinds) {
    const ChebyshevClass& c = chebyshev_classes(kind).back();
    ASSERT_FALSE(c.whole());
    ASSERT_EQ(c.margin() % 2, 0) << "passes take orders in pairs";
    for (const std::int64_t levels : {c.capacity(), c.capacity() + 1, 100 * c.capacity()}) {
      for (const int orders : {2, 40, 128, 130, 1100}) {
        int next = 0;
        for (int number = 0; number < pass_count(c, levels, orders); ++number) {
          const kernels::ChebyshevPass pass = chebyshev_pass(c.capacity(), c.margin(), levels, orders, number);
          ASSERT_EQ(pass.begin, next);
          ASSERT_GT(pass.end, pass.begin);
          ASSERT_TRUE(levels <= c.capacity() ? pass.margin == 0 : pass.end - pass.begin <= pass.margin);
          next = pass.end;
        }
        ASSERT_EQ(next, orders);
        const kernels::ChebyshevPass behind =
            chebyshev_pass(c.capacity(), c.margin(), levels, orders, pass_count(c, levels, orders));
        ASSERT_EQ(behind.begin, behind.end);
      }
    }
  }
}

TEST(ChebyshevPlan, AWarpTakesUpTo768LevelsOfAConstantDiagonal) {
  for (const std::int64_t levels : {1, 128, 129, 512, 768}) {
    EXPECT_EQ(chosen(ChebyshevKind::rotation, levels, 1).threads, 32) << levels;
    EXPECT_GE(chosen(ChebyshevKind::rotation, levels, 1).capacity(), levels);
  }
  EXPECT_EQ(chosen(ChebyshevKind::rotation, 769, 1), rotation_classes.back());
  EXPECT_EQ(chosen(ChebyshevKind::complex_start, 384, 1).threads, 32);
  EXPECT_EQ(chosen(ChebyshevKind::complex_start, 385, 1), complex_start_classes.back());
}

TEST(ChebyshevPlan, ManyTargetsGoToAKernelThatSumsSeveral) {
  for (const ChebyshevKind kind : all_kinds) {
    for (const std::int64_t levels : {100, 200, 1000, 100'000}) {
      EXPECT_GE(chosen(kind, levels, 32).targets, 2) << levels;
      EXPECT_LE(chosen(kind, levels, 32).targets, kernels::ChebyshevExpansion::most_targets);
    }
  }
}

TEST(ChebyshevPlan, EveryClassIsChosenForSomething) {
  for (const ChebyshevKind kind : all_kinds) {
    std::vector<bool> used(chebyshev_classes(kind).size(), false);
    for (std::int64_t levels = 1; levels < 3000; ++levels)
      for (const std::int64_t targets : {1, 2, 9}) used[choose_chebyshev_class(kind, levels, targets)] = true;
    EXPECT_EQ(std::count(used.begin(), used.end(), true), static_cast<std::ptrdiff_t>(used.size()));
  }
}

TEST(ChebyshevPlan, MemoryGrowsWithWhatIsAskedFor) {
  const std::size_t one = chebyshev_bytes_per_system(1001, true, 8, false);
  EXPECT_GT(chebyshev_bytes_per_system(1001, false, 8, false), one);
  EXPECT_GT(chebyshev_bytes_per_system(1001, true, 32, false), one);
  EXPECT_GT(chebyshev_bytes_per_system(1001, true, 8, true), one);
  EXPECT_LT(chebyshev_bytes_per_system(10'000'001, true, 8, false), std::size_t{10} << 30U) << "no vectors of 10^7 levels are kept";
}

}  // namespace
}  // namespace qbatt::cuda
