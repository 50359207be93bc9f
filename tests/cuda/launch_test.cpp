#include "kernels/cuda/launch_size.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <vector>

#include "cuda/device_test.hpp"
#include "cuda/launches.hpp"
#include "kernels/cuda/transfers.hpp"
#include "support/comparisons.hpp"
#include "support/random_systems.hpp"

// Selection, sorting and sums over pairs, on the device, beside plain loops.
namespace qbatt::test {
namespace {

class LaunchTest : public DeviceTest {};

TEST_F(LaunchTest, SelectsWhatIsWantedInAscendingOrder) {
  for (const index count : {0, 1, 2, 31, 128, 1000, 3000, 70'000, 300'000}) {
    for (const index of : {index{1}, index{2}, index{7}, index{1000}, index{1} << 40}) {
      SCOPED_TRACE(testing::Message() << count << " numbers, multiples of " << of);
      std::vector<index> expected;
      for (index i = 0; i < count; i += of) expected.push_back(i);
      const cuda::DeviceBuffer<index> selected(static_cast<std::size_t>(count), stream());
      const index found = select_multiples(stream(), count, of, selected.data());
      ASSERT_EQ(found, static_cast<index>(expected.size()));
      std::vector<index> actual(expected.size());  // the others are not written
      cuda::copy(actual.data(), selected.data(), actual.size(), stream());
      stream().synchronize();
      EXPECT_EQ(actual, expected);
    }
  }
}

/// Any numbers; populations, of which most are zero; three different ones.
enum class Entries { any, populations, few };

std::vector<double> entries_of(Entries entries, std::size_t count, Random& random) {
  std::vector<double> result(count);
  for (double& x : result) {
    const double y = random.uniform(-1.0, 1.0);
    x = entries == Entries::any           ? y
        : entries == Entries::populations ? std::max(0.0, y - 0.6)
                                          : static_cast<double>(random.integer(0, 2));
  }
  return result;
}

// Tiles that are cut off at the last level and column among them.
TEST_F(LaunchTest, SumsPairsOfEveryLevelInAscendingOrder) {
  Random random(17);
  for (const PairSums& sums : {PairSums{1, 1, 1, 1}, {5, 16, 11, 2}, {9, 32, 32, 3}, {64, 16, 0, 8}, {131, 48, 33, 64}}) {
    const std::vector<double> vectors = entries_of(Entries::any, static_cast<std::size_t>(sums.levels * sums.room), random);
    const std::vector<double> factors = entries_of(Entries::any, static_cast<std::size_t>(sums.room * sums.columns), random);
    const auto expected = [&](index level, index column) {
      double sum = 0.0;
      for (index j = 0; j < sums.pairs; ++j) {
        const double x = vectors[static_cast<std::size_t>(level * sums.room + j)];
        const double y = factors[static_cast<std::size_t>(j * sums.columns + column)];
        sum = cuda::fused_multiply_add ? std::fma(x, y, sum) : x * y + sum;
      }
      return sum;
    };
    const auto device_vectors = cuda::to_device<double>(vectors, stream());
    const auto device_factors = cuda::to_device<double>(factors, stream());
    for (const bool large_tiles : {false, true}) {
      for (const index mirror : {index{-1}, sums.levels - 1}) {
        const cuda::DeviceBuffer<double> amplitudes(static_cast<std::size_t>(sums.levels * sums.columns), stream());
        sum_pairs(stream(), large_tiles, sums, device_vectors.data(), device_factors.data(), mirror, amplitudes.data());
        const std::vector<double> actual = cuda::to_host(amplitudes, stream());
        for (index k = 0; k < sums.levels; ++k)
          for (index c = 0; c < sums.columns; ++c)
            ASSERT_TRUE(
                same_bits(actual[static_cast<std::size_t>((mirror < 0 ? k : mirror - k) * sums.columns + c)], expected(k, c)))
                << sums.levels << " levels, level " << k << ", column " << c;
      }
    }
  }
}

struct Rows {
  index count;
  index length;
  std::vector<Entries> entries;
};

const std::vector<Entries> all_entries{Entries::any, Entries::populations, Entries::few};

/// Around the sizes at which other kernels take over: from 500 rows on they are told apart by length, and rows from 2^17 entries
/// on take the whole device each.
const std::vector<Rows> shapes{{1, 1, all_entries},
                               {1, 2, all_entries},
                               {3, 5, all_entries},
                               {5, 129, all_entries},
                               {499, 33, all_entries},
                               {500, 33, all_entries},
                               {1300, 9, all_entries},
                               {4, 5000, all_entries},
                               {600, 100, {Entries::few}},
                               {500, 700, {Entries::populations}},
                               {2, 40'000, {Entries::any}},
                               {1, 131'071, {Entries::populations}},
                               {2, 131'072, {Entries::populations}}};

TEST_F(LaunchTest, SortsEveryRowInDescendingOrder) {
  Random random(7);
  for (const auto& [rows, length, entries] : shapes) {
    for (const Entries kind : entries) {
      SCOPED_TRACE(testing::Message() << rows << " rows of " << length << ", kind " << static_cast<int>(kind));
      std::vector<double> expected = entries_of(kind, static_cast<std::size_t>(rows * length), random);
      const cuda::DeviceBuffer<double> in = cuda::to_device<double>(expected, stream());
      const cuda::DeviceBuffer<double> out(expected.size(), stream());
      sort_rows(stream(), in.data(), out.data(), rows, length);
      for (index row = 0; row < rows; ++row)
        std::sort(expected.begin() + row * length, expected.begin() + (row + 1) * length, std::greater<>{});
      EXPECT_EQ(cuda::to_host(out, stream()), expected);
    }
  }
}

}  // namespace
}  // namespace qbatt::test
