#include "text/numbers.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

#include "support/comparisons.hpp"
#include "support/errors.hpp"
#include "text/text.hpp"

namespace qbatt {
namespace {

using test::message_of;
using test::same_bits;
using testing::HasSubstr;

std::string real_error(std::string_view text) {
  return message_of<InputError>([&] { parse_real(text, "--coupling"); });
}

std::string whole_error(std::string_view text) {
  return message_of<InputError>([&] { parse_whole(text, "--threads", 1, 4096); });
}

TEST(Numbers, ReadsDecimalNumbersExactly) {
  EXPECT_TRUE(same_bits(parse_real("0.1", "x"), 0.1));
  EXPECT_TRUE(same_bits(parse_real("-2.5", "x"), -2.5));
  EXPECT_TRUE(same_bits(parse_real("+7", "x"), 7.0));
  EXPECT_TRUE(same_bits(parse_real(".5e-3", "x"), 0.5e-3));
  EXPECT_TRUE(same_bits(parse_real("5.", "x"), 5.0));
  EXPECT_TRUE(same_bits(parse_real("1E6", "x"), 1e6));
  EXPECT_TRUE(same_bits(parse_real("1.7976931348623157e308", "x"), std::numeric_limits<double>::max()));
  EXPECT_TRUE(same_bits(parse_real("0e400", "x"), 0.0));
}

TEST(Numbers, WholeNumbersMayHaveAnExponent) {
  EXPECT_EQ(parse_whole("1e3", "x", 1, 4096), 1000);
  EXPECT_EQ(parse_whole("2.50e2", "x", 1, 4096), 250);
  EXPECT_EQ(parse_whole("-3", "x", -5, 5), -3);
}

TEST(Numbers, RefusesWhatIsNoNumber) {
  for (const char* text : {"nan", "NaN", "-nan", "inf", "-inf", "infinity", "0x10", "1f",    "1 ",    " 1",   "1e", "1e+",
                           "e5",  ".",   "-",    "+",   "+-1",  "--1",      "1,5",  "1_000", "1.2.3", "1\n2", "one"}) {
    EXPECT_THAT(real_error(text), HasSubstr("is not a number: it must be any finite number")) << text;
    EXPECT_THAT(real_error(text), HasSubstr("--coupling: `")) << text;
  }
  EXPECT_THAT(real_error(""), HasSubstr("--coupling: `` is empty"));
  EXPECT_THAT(real_error(std::string_view("1\0", 2)), HasSubstr("is not a number"));
}

TEST(Numbers, RefusesWhatADoubleCannotHold) {
  EXPECT_THAT(real_error("1e400"), HasSubstr("`1e400` is too large"));
  EXPECT_THAT(real_error("-1e400"), HasSubstr("is too large"));
  EXPECT_THAT(real_error(std::string(400, '9')), HasSubstr("is too large"));
  EXPECT_THAT(real_error("1e-400"), HasSubstr("is too close to 0"));
  EXPECT_THAT(real_error("0." + std::string(400, '0') + "1"), HasSubstr("is too close to 0"));
  EXPECT_THAT(real_error("1e99999999999999999999"), HasSubstr("is too large"));
}

TEST(Numbers, WholeNumbersNameTheirRange) {
  EXPECT_THAT(whole_error("1.5"), HasSubstr("--threads: `1.5` is not a whole number: it must be a whole number from 1 to 4096"));
  EXPECT_THAT(whole_error("0"), HasSubstr("`0` is out of range: it must be a whole number from 1 to 4096"));
  EXPECT_THAT(whole_error("4097"), HasSubstr("is out of range"));
  EXPECT_THAT(whole_error("99999999999999999999"), HasSubstr("is too large"));
  EXPECT_THAT(whole_error("1e400"), HasSubstr("is too large"));
}

TEST(Numbers, MessagesStayOnOneLineAndShort) {
  EXPECT_EQ(in_quotes("1\n2\t\x7f"), "`1?2??`");
  EXPECT_EQ(in_quotes(std::string(1000, '7')), "`" + std::string(60, '7') + "...`");
}

TEST(Numbers, ScanStopsWhereTheNumberEnds) {
  EXPECT_EQ(scan_number("2nb").length, 1U);
  EXPECT_EQ(scan_number("0.5omega-b").length, 3U);
  EXPECT_EQ(scan_number("1e").length, 1U);
  EXPECT_EQ(scan_number("-1e-3x").length, 5U);
  EXPECT_EQ(scan_number("nb").length, 0U);
}

TEST(Numbers, AmountsOfMemory) {
  EXPECT_EQ(parse_bytes("512B", "x"), 512);
  EXPECT_EQ(parse_bytes("8GiB", "x"), std::int64_t{8} << 30);
  EXPECT_EQ(parse_bytes("1.5 KiB", "x"), 1536);
  EXPECT_EQ(parse_bytes("2kB", "x"), 2000);
  EXPECT_EQ(parse_bytes("1e3MB", "x"), 1'000'000'000);
  EXPECT_EQ(parse_bytes("0.25TB", "x"), 250'000'000'000);
  EXPECT_EQ(parse_bytes("1048576TiB", "x"), std::int64_t{1} << 60);
  for (const char* text : {"0.4B", "1048577TiB", "-1B", "1e400B", "1e-400B"})
    EXPECT_THAT(message_of<InputError>([&] { parse_bytes(text, "--memory"); }), HasSubstr("is out of range")) << text;
  for (const char* text : {"8 ", "8  GiB", "8GiB ", "8gib", "8Gi", "8,5GiB"})
    EXPECT_THAT(message_of<InputError>([&] { parse_bytes(text, "--memory"); }), HasSubstr("unit")) << text;
  EXPECT_THAT(message_of<InputError>([] { parse_bytes("", "--memory"); }), HasSubstr("`` is not an amount of memory"));
}

}  // namespace
}  // namespace qbatt
