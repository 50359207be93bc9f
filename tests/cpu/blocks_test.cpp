#include <gtest/gtest.h>

#include "cpu/spectral/spectral_chain.hpp"
#include "kernels/shooting.hpp"

namespace qbatt::test {
namespace {

TEST(Blocks, AreShortEnoughForTheGrowthOfTheRecurrence) {
  EXPECT_EQ(kernels::block_for_growth(2.0), 128);
  EXPECT_EQ(kernels::block_for_growth(16.0), 32);
  EXPECT_EQ(kernels::block_for_growth(0x1p100), 2);
  EXPECT_EQ(kernels::block_for_growth(0x1p900), 1);
  EXPECT_EQ(kernels::block_for_growth(0.0), 128);
}

TEST(Blocks, SuperblocksCoverTheChainInWholeBlocks) {
  for (const cpu::index levels : {2L, 3L, 127L, 128L, 129L, 1000L, 32768L, 32769L, 50'000'001L, 10'000'000'001L}) {
    for (const int block : {1, 2, 32, 128}) {
      const auto boundaries = cpu::superblock_boundaries(levels, block);
      ASSERT_GE(boundaries.size(), 2U);
      EXPECT_LE(boundaries.size(), 257U);
      EXPECT_EQ(boundaries.front(), 0);
      EXPECT_EQ(boundaries.back(), levels);
      for (std::size_t s = 0; s + 1 < boundaries.size(); ++s) {
        EXPECT_LT(boundaries[s], boundaries[s + 1]);
        EXPECT_EQ(boundaries[s] % block, 0);
      }
    }
  }
}

TEST(Blocks, AFoldedChainKeepsHalfTheLevels) {
  const cpu::SpectralChain odd(chain_of(CentralSpin::resonant(10, 10)));
  EXPECT_TRUE(odd.data().folded);
  EXPECT_EQ(odd.data().levels, 6);
  const cpu::SpectralChain even(chain_of(CentralSpin::resonant(11, 11)));
  EXPECT_EQ(even.data().levels, 6);
  const cpu::SpectralChain whole(chain_of(CentralSpin::resonant(10, 11)));
  EXPECT_FALSE(whole.data().folded);
  EXPECT_EQ(whole.data().levels, 11);
}

TEST(Blocks, LongChainsAreNotCached) {
  EXPECT_NE(cpu::SpectralChain(chain_of(CentralSpin::resonant(1000, 1000))).cache().storage, nullptr);
  EXPECT_EQ(cpu::SpectralChain(chain_of(CentralSpin::resonant(1'000'000, 1'000'000))).cache().storage, nullptr);
}

}  // namespace
}  // namespace qbatt::test
