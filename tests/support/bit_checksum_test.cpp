#include "support/bit_checksum.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace qbatt::test {
namespace {

template <class... Values>
std::uint64_t checksum_of(Values... values) {
  BitChecksum sum;
  (sum.add(values), ...);
  return sum.value();
}

// The published values for "", "\0", "a\0" and "foobar\0".
TEST(BitChecksum, IsFnv1a) {
  EXPECT_EQ(checksum_of(), 0xcbf29ce484222325U);
  EXPECT_EQ(checksum_of(std::string_view("")), 0xaf63bd4c8601b7dfU);
  EXPECT_EQ(checksum_of(std::string_view("a")), 0x089be207b544f1e4U);
  EXPECT_EQ(checksum_of(std::string_view("foobar")), 0x34531ca7168b8f38U);
}

TEST(BitChecksum, SeesEveryBitAndTheOrder) {
  EXPECT_NE(checksum_of(1.0), checksum_of(std::nextafter(1.0, 2.0)));
  EXPECT_NE(checksum_of(0.0), checksum_of(-0.0));
  EXPECT_NE(checksum_of(1.0, 2.0), checksum_of(2.0, 1.0));
  EXPECT_NE(checksum_of(std::int64_t{1}), checksum_of(std::int64_t{1} << 56U));
  EXPECT_NE(checksum_of(std::int64_t{1}), checksum_of(1.0));
  EXPECT_NE(checksum_of(std::string_view("ab"), std::string_view("c")), checksum_of(std::string_view("a"), std::string_view("bc")));
}

TEST(BitChecksum, HoldsEveryNotANumberForTheSame) {
  constexpr double nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_EQ(checksum_of(nan), checksum_of(-nan));
  EXPECT_NE(checksum_of(nan), checksum_of(std::numeric_limits<double>::infinity()));
}

}  // namespace
}  // namespace qbatt::test
