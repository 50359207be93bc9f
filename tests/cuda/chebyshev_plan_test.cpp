#include "kernels/cuda/chebyshev_plan.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "chain/chebyshev_path.hpp"
#include "support/random_systems.hpp"

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
  for (const ChebyshevKind kind : {ChebyshevKind::rotation, ChebyshevKind::complex_start}) {
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
      if (kind == ChebyshevKind::real_start && levels > real_start_classes.back().capacity()) continue;
      EXPECT_GE(chosen(kind, levels, 32).targets, 2) << levels;
      EXPECT_LE(chosen(kind, levels, 32).targets, kernels::ChebyshevExpansion::most_targets);
    }
  }
}

// The kernels that are compiled are those of the classes: one that no leg asks for is dead code, and a leg that none of them takes
// would be wrong.
TEST(ChebyshevPlan, EveryLegFindsAClassThatTakesItAndEveryClassALeg) {
  std::array<std::vector<bool>, all_kinds.size()> used;
  for (std::size_t k = 0; k < all_kinds.size(); ++k) used[k].assign(chebyshev_classes(all_kinds[k]).size(), false);
  for (const bool constant_diagonal : {false, true}) {
    for (const bool from_start : {false, true}) {
      for (std::int64_t levels = 1; levels < 3000; ++levels) {
        for (const std::int64_t targets : {1, 2, 9, 33}) {
          const ChebyshevKind kind = chebyshev_kind(constant_diagonal, from_start, levels);
          const std::size_t place = choose_chebyshev_class(kind, levels, targets);
          const ChebyshevClass& c = chebyshev_classes(kind)[place];
          ASSERT_TRUE(!c.whole() || levels <= c.capacity()) << levels << " levels";
          used[static_cast<std::size_t>(kind)][place] = true;
        }
      }
    }
  }
  for (std::size_t k = 0; k < all_kinds.size(); ++k)
    for (std::size_t place = 0; place < used[k].size(); ++place) EXPECT_TRUE(used[k][place]) << "kind " << k << ", class " << place;
}

/// Off resonance, from a few levels to thousands; the last are known to have first legs of more than a warp's 128 levels.
std::vector<CentralSpin> off_resonance() {
  std::vector<CentralSpin> systems;
  test::Random random(41);
  for (int i = 0; i < 1200; ++i) {
    const std::int64_t n_b = random.integer(2, i % 2 == 0 ? 250 : 4000);
    const std::int64_t n_c = random.integer(2, i % 3 == 0 ? 250 : 4000);
    const double detuning = std::exp(random.uniform(-9.0, 4.0));
    systems.push_back({.n_b = n_b,
                       .n_c = n_c,
                       .m = static_cast<double>(random.integer(1, n_c)),
                       .omega_c = i % 4 == 0 ? 1.0 : 1.0 + (i % 8 < 4 ? detuning : -detuning),
                       .ising = i % 5 == 0 ? 1e-6 : random.uniform(-3.0, 3.0)});
  }
  systems.push_back({.n_b = 130, .n_c = 1301, .m = 780, .omega_c = 1.5, .ising = -1});
  systems.push_back({.n_b = 172, .n_c = 224, .m = 134, .omega_c = 1.01, .ising = 1e-6});
  return systems;
}

TEST(ChebyshevPlan, FirstLegsFitTheClassesOfARealStart) {
  std::int64_t longest = 0;
  for (const CentralSpin& system : off_resonance()) {
    if (system.constant_diagonal()) continue;
    longest = std::max(longest, ChebyshevPath(chain_of(system), true).legs().front().levels);
  }
  EXPECT_LE(longest, real_start_classes.back().capacity());
  EXPECT_GT(longest, real_start_classes.front().capacity()) << "the larger class takes none of these";
}

TEST(ChebyshevBytes, GrowWithWhatIsAskedFor) {
  const ChebyshevBytes one = chebyshev_bytes(1001, true, 8);
  EXPECT_GT(chebyshev_bytes(1001, false, 8).system, one.system);
  EXPECT_GT(chebyshev_bytes(1001, true, 32).system, one.system);
  EXPECT_EQ(one.most_systems(one.of(7)), 7U);
  EXPECT_EQ(one.most_systems(one.of(7) - 1), 6U);
  EXPECT_EQ(one.most_systems(one.batch - 1), 0U);
  EXPECT_LT(chebyshev_bytes(10'000'001, true, 8).of(1), std::size_t{10} << 30U) << "no vectors of 10^7 levels are kept";
}

}  // namespace
}  // namespace qbatt::cuda
