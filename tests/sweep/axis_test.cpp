#include "sweep/axis.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <limits>

#include "support/errors.hpp"
#include "sweep/axis_values.hpp"

namespace qbatt {
namespace {

using test::message_of;
using testing::ElementsAre;
using testing::HasSubstr;

// Every value of an axis, with n_b = 10, n_c = 12, m = 6, omega_b = 2, omega_c = 3, coupling = 4, ising = 5 for its links.
std::vector<double> values_of(Parameter parameter, std::string_view text) {
  const Axis axis = parse_axis(parameter, text);
  AxisValues wheel;
  wheel.resolve(axis, {0, 0, 10, 12, 6, 2, 3, 4, 5});
  std::vector<double> values;
  for (std::int64_t i = 0; i < std::min<std::int64_t>(wheel.size(), 10'000); ++i) values.push_back(wheel.value(i));
  return values;
}

std::vector<double> whole(std::string_view text) {
  return values_of(Parameter::n_c, text);
}
std::vector<double> real(std::string_view text) {
  return values_of(Parameter::ising, text);
}

std::string whole_error(std::string_view text) {
  return message_of<InputError>([&] { whole(text); });
}
std::string real_error(std::string_view text) {
  return message_of<InputError>([&] { real(text); });
}

TEST(Axis, ValuesAndLists) {
  EXPECT_THAT(whole("7"), ElementsAre(7));
  EXPECT_THAT(whole("1e6"), ElementsAre(1'000'000));
  EXPECT_THAT(whole("5,1,2"), ElementsAre(5, 1, 2));
  EXPECT_THAT(real("-0.7,1.5"), ElementsAre(-0.7, 1.5));
}

TEST(Axis, RangesIncludeBothEnds) {
  EXPECT_THAT(whole("1:5"), ElementsAre(1, 2, 3, 4, 5));
  EXPECT_THAT(whole("0:100:25"), ElementsAre(0, 25, 50, 75, 100));
  EXPECT_THAT(whole("1:10:4"), ElementsAre(1, 5, 9));
  EXPECT_THAT(whole("3:3"), ElementsAre(3));
  EXPECT_THAT(real("0.5:3"), ElementsAre(0.5, 1.5, 2.5));
  EXPECT_THAT(real("-1:1:0.5"), ElementsAre(-1, -0.5, 0, 0.5, 1));
}

// 0.1 is not a binary number: ten steps of it must still reach 1, and not pass it.
TEST(Axis, RangesReachTheirEndInSpiteOfRounding) {
  const std::vector<double> tenths = real("0:1:0.1");
  ASSERT_EQ(tenths.size(), 11U);
  EXPECT_EQ(tenths.back(), 1.0);
  EXPECT_EQ(real("0:0.3:0.1").size(), 4U);
  EXPECT_LE(real("0:0.3:0.1").back(), 0.3);
  EXPECT_EQ(real("1:2:1e-3").size(), 1001U);
}

TEST(Axis, LinearAndLogarithmicSpacing) {
  EXPECT_THAT(real("lin:0:1:5"), ElementsAre(0, 0.25, 0.5, 0.75, 1));
  EXPECT_THAT(whole("log:10:1e6:6"), ElementsAre(10, 100, 1000, 10'000, 100'000, 1'000'000));
  EXPECT_THAT(real("log:10:1e6:6"), ElementsAre(10, 100, 1000, 10'000, 100'000, 1'000'000));
  EXPECT_THAT(real("lin:3:3:1"), ElementsAre(3));
  EXPECT_THAT(real("lin:-1.7e308:1.7e308:3"), ElementsAre(-1.7e308, 0, 1.7e308));
}

TEST(Axis, RangesStepInDecimal) {
  EXPECT_THAT(real("-0.3:0.3:0.1"), ElementsAre(-0.3, -0.2, -0.1, 0.0, 0.1, 0.2, 0.3));
  EXPECT_THAT(real("0:0.7:0.1"), ElementsAre(0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7));
  EXPECT_THAT(real("-1.1:-0.7:0.2"), ElementsAre(-1.1, -0.9, -0.7));
  EXPECT_THAT(real("-3e-30:3e-30:1e-30"), ElementsAre(-3e-30, -2e-30, -1e-30, 0, 1e-30, 2e-30, 3e-30));
  EXPECT_THAT(real("1e300:3e300:1e300"), ElementsAre(1e300, 2e300, 3e300));
  EXPECT_THAT(real("omega-b-0.2:omega-b:0.1"), ElementsAre(1.8, 1.9, 2)) << "behind a link too";
  EXPECT_THAT(real("0.1:0.45:0.1"), ElementsAre(0.1, 0.2, 0.3, 0.4)) << "an end that no step meets is not there";
  for (const char* text : {"-0.3:0.3:0.1", "-1.7:1.7:0.17", "lin:-0.3:0.3:7", "lin:-0.7:0.7:15", "-1e-5:1e-5:1e-6"}) {
    const std::vector<double> values = real(text);
    ASSERT_EQ(values.size() % 2, 1U) << text;
    EXPECT_EQ(values[values.size() / 2], 0.0) << text;
    for (std::size_t i = 0; i < values.size(); ++i) EXPECT_EQ(values[i], -values[values.size() - 1 - i]) << text << " " << i;
  }
}

// Where the numbers have more digits than decimal arithmetic holds, the steps are those of doubles.
TEST(Axis, RangesOfManyDigitsStepAsDoubles) {
  EXPECT_THAT(real("1e-300:1:0.5"), ElementsAre(1e-300, 0.5, 1));
  EXPECT_THAT(real("0.1234567890123456:5e4:49999.1"), ElementsAre(0.1234567890123456, 0.1234567890123456 + 49999.1));
}

// In the order in which they are typed, whatever the axis.
TEST(Axis, ATypedValueIsThereAsOftenAsItIsTyped) {
  EXPECT_THAT(whole("3,3"), ElementsAre(3, 3));
  EXPECT_THAT(real("0.1,0.1"), ElementsAre(0.1, 0.1));
  EXPECT_THAT(whole("3,1:3"), ElementsAre(3, 1, 2, 3));
  EXPECT_THAT(whole("1:5,3:4"), ElementsAre(1, 2, 3, 4, 5, 3, 4));
}

TEST(Axis, WhatLinksAndSpacingsRepeatDrops) {
  EXPECT_THAT(whole("nb,nb"), ElementsAre(10));
  EXPECT_THAT(whole("nb,10,10"), ElementsAre(10, 10)) << "the typed ones";
  EXPECT_THAT(whole("0.5nc,m,nb"), ElementsAre(6, 10));
  EXPECT_THAT(whole("lin:1:3:3,lin:2:4:3"), ElementsAre(1, 2, 3, 4));
  EXPECT_THAT(whole("0.25nb,0.27nb,0.29nb"), ElementsAre(3)) << "2.5, 2.7, 2.9";
  EXPECT_THAT(whole("0.25nb,3"), ElementsAre(3)) << "the typed one";
  EXPECT_THAT(whole("0.25nb,3,3,2:4"), ElementsAre(3, 3, 2, 3, 4));
  EXPECT_THAT(whole("lin:1:3:9,2"), ElementsAre(1, 3, 2)) << "2 is typed";
  EXPECT_THAT(whole("log:1:10:20,5"), ElementsAre(1, 2, 3, 4, 6, 7, 8, 9, 10, 5)) << "no 5 is among log:'s";
  EXPECT_THAT(whole("0.25nb:6"), ElementsAre(3, 4, 5, 6)) << "2.5, 3.5, 4.5, 5.5";
}

TEST(Axis, TellsWhatWasRoundedAndDropped) {
  const auto told = [](std::string_view text) {
    const Axis axis = parse_axis(Parameter::n_c, text);
    AxisValues values;
    values.resolve(axis, {0, 0, 10, 12, 6, 2, 3, 4, 5});
    std::int64_t budget = 1000;
    return std::pair(values.rounded(budget), values.repeated());
  };
  EXPECT_EQ(told("1:9,nb,2nb+1"), std::pair(0L, 0L));
  EXPECT_EQ(told("0.25nb"), std::pair(1L, 0L));
  EXPECT_EQ(told("lin:1:3:9"), std::pair(6L, 6L));
  EXPECT_EQ(told("0.25nb,0.27nb,4"), std::pair(2L, 1L));
}

TEST(Axis, WholeParametersRoundHalfAwayFromZeroAndDropDuplicates) {
  EXPECT_THAT(whole("lin:1:3:9"), ElementsAre(1, 2, 3));
  EXPECT_THAT(whole("lin:0:1:3"), ElementsAre(0, 1));
  EXPECT_THAT(whole("lin:-1:0:3"), ElementsAre(-1, 0));
  EXPECT_THAT(whole("0.25nb"), ElementsAre(3));
  EXPECT_THAT(whole("-0.25nb"), ElementsAre(-3));
}

TEST(Axis, AHugeCountOfFewWholeValuesIsWalkedQuickly) {
  EXPECT_THAT(whole("lin:1:4:1e9"), ElementsAre(1, 2, 3, 4));
}

// What rounding leaves of lin: and log: is known from the gaps between values; here from a look at each.
TEST(Axis, RoundedValuesByTheirNumberAreThoseOfALookAtEach) {
  const auto by_a_look = [](const Progression& all) {
    std::vector<double> values;
    for (std::int64_t i = 0; i < all.count; ++i)
      if (values.empty() || all.at(i) != values.back()) values.push_back(all.at(i));
    return values;
  };
  for (const double start : {1.0, 1.5, 2.25, 7.0}) {
    for (const double stop : {8.0, 61.5, 100.0, 1e5}) {
      for (const std::int64_t count : {2, 7, 54, 60, 61, 62, 93, 100, 5000}) {
        for (const AxisItem::Kind kind : {AxisItem::Kind::linear, AxisItem::Kind::logarithmic}) {
          const Progression all{.kind = kind, .whole = true, .start = start, .stop = stop, .count = count};
          const std::string text = fmt::format("{}:{}:{}:{}", kind == AxisItem::Kind::linear ? "lin" : "log", start, stop, count);
          EXPECT_EQ(whole(text), by_a_look(all)) << text;
        }
      }
    }
  }
}

TEST(Axis, TheValuesOfAHugeAxisAreKnownByTheirNumber) {
  const auto wheel_of = [](std::string_view text) {
    const Axis axis = parse_axis(Parameter::n_b, text);
    AxisValues wheel;
    wheel.resolve(axis, {});
    return wheel;
  };
  const AxisValues linear = wheel_of("lin:1:1e9:1e9");
  EXPECT_EQ(linear.size(), 1'000'000'000);
  EXPECT_EQ(linear.value(123'456'788), 123'456'789);
  const AxisValues logarithmic = wheel_of("log:1:1e9:1e9");
  EXPECT_EQ(logarithmic.value(0), 1);
  EXPECT_EQ(logarithmic.value(1'000'000), 1'000'001);
  EXPECT_EQ(logarithmic.value(logarithmic.size() - 1), 1e9);
  EXPECT_EQ(logarithmic.size() + logarithmic.repeated(), 1'000'000'000);
  EXPECT_EQ(wheel_of("1:1e12").size(), 1'000'000'000'000);
}

TEST(Axis, Links) {
  EXPECT_THAT(whole("nb"), ElementsAre(10));
  EXPECT_THAT(whole("2nb"), ElementsAre(20));
  EXPECT_THAT(whole("2*nb"), ElementsAre(20));
  EXPECT_THAT(whole("-2*m+30"), ElementsAre(18));
  EXPECT_THAT(whole("nb+1"), ElementsAre(11));
  EXPECT_THAT(whole("nb-3:nb+3:2"), ElementsAre(7, 9, 11, 13));
  EXPECT_THAT(whole("nb,nb+1"), ElementsAre(10, 11));
  EXPECT_THAT(whole("0.5nb-1e0"), ElementsAre(4));
  EXPECT_THAT(real("lin:0.5omega-b:2omega-b:4"), ElementsAre(1, 2, 3, 4));
  EXPECT_THAT(real("omega-c-0.5"), ElementsAre(2.5));
  EXPECT_THAT(real("coupling"), ElementsAre(4));
}

TEST(Axis, LinksAreSums) {
  EXPECT_THAT(whole("0.5nb+0.5m"), ElementsAre(8));
  EXPECT_THAT(whole("2nb+m-1"), ElementsAre(25));
  EXPECT_THAT(whole("3+nb"), ElementsAre(13));
  EXPECT_THAT(whole("1+nb-2*m+5"), ElementsAre(4));
  EXPECT_THAT(whole("nb+nb"), ElementsAre(20));
  EXPECT_THAT(whole("-nb+30"), ElementsAre(20));
  EXPECT_THAT(whole("-2m+nb+1e1"), ElementsAre(8));
  EXPECT_THAT(whole("m-nb+m:nb+m:7"), ElementsAre(2, 9, 16));
  EXPECT_THAT(whole("0.5nb+0.25m"), ElementsAre(7)) << "6.5 is rounded away from zero";
  EXPECT_THAT(real("omega-b-omega-c+0.5coupling"), ElementsAre(1));
  EXPECT_THAT(real("lin:omega-b+omega-c:2omega-b+omega-c:3"), ElementsAre(5, 6, 7));
}

TEST(Axis, WrittenNumbersOfWholeParametersMustBeWhole) {
  EXPECT_THAT(whole_error("1.5"), HasSubstr("--nc: `1.5` is not a whole number"));
  EXPECT_THAT(whole_error("1,2.5"), HasSubstr("is not a whole number"));
  EXPECT_THAT(whole_error("0.5:3"), HasSubstr("is not a whole number"));
  EXPECT_THAT(whole_error("1:5:0.5"), HasSubstr("--nc: the step in `1:5:0.5`: `0.5` is not a whole number"));
  EXPECT_THAT(whole_error("nb:nb+2:0.5"), HasSubstr("is not a whole number"));
  EXPECT_THAT(whole("lin:0.5:2.5:3"), ElementsAre(1, 2, 3)) << "spaced values are rounded anyway";
}

TEST(Axis, RefusesWhatIsNoAxis) {
  for (const char* text :
       {"x",    "nbx", "2*",  "*nb", "2**nb",   "nb*2",        "nb+",       "nb+nx",    "nb+-1",   "nb1",        "nan", "inf",
        "0x10", "1 ",  "1;2", "lin", "lin:1:2", "lin:1:2:3:4", "lin:1:x:3", "log:1:10", "1:2:3:4", "geom:1:2:3", "--nb"})
    EXPECT_THAT(whole_error(text), HasSubstr("--nc: ")) << text;
  for (const char* text : {"1,,2", ",1", "1,", "1:", ":1", "::", "1::2", "lin::1:2", "lin:1:2:"})
    EXPECT_THAT(whole_error(text), HasSubstr("has an empty item")) << text;
  for (const char* text : {"1+2", "nb+m*", "nb++m", "nb+2m3", "2+", "+", "nb m", "0.5(nb+m)"})
    EXPECT_THAT(whole_error(text), HasSubstr("--nc: ")) << text;
  EXPECT_THAT(real_error("nb+2omega_b"), HasSubstr("did you mean `omega-b`?"));
  EXPECT_THAT(whole_error(""), HasSubstr("--nc: `` is empty"));
}

TEST(Axis, RefusesRangesThatMakeNoSense) {
  EXPECT_THAT(whole_error("10:1"), HasSubstr("--nc: `10:1` is a descending range"));
  EXPECT_THAT(whole_error("nb+1:nb"), HasSubstr("is a descending range, from 11 to 10"));
  EXPECT_THAT(real_error("lin:1:0:5"), HasSubstr("is a descending range"));
  EXPECT_THAT(real_error("log:10:1:5"), HasSubstr("is a descending range"));
  EXPECT_THAT(whole_error("1:10:0"), HasSubstr("must be a whole number greater than 0"));
  EXPECT_THAT(whole_error("1:10:-1"), HasSubstr("must be a whole number greater than 0"));
  EXPECT_THAT(real_error("1:10:0"), HasSubstr("must be a number greater than 0"));
  EXPECT_THAT(whole_error("1:10:nb"), HasSubstr("the step in `1:10:nb`: `nb` is not a number"));
  EXPECT_THAT(real_error("lin:0:1:0"), HasSubstr("the count in `lin:0:1:0`"));
  EXPECT_THAT(real_error("lin:0:1:2.5"), HasSubstr("the count in"));
  EXPECT_THAT(real_error("lin:0:1:nb"), HasSubstr("the count in"));
  EXPECT_THAT(real_error("lin:0:1:1"), HasSubstr("a count of 1 needs START = STOP"));
  EXPECT_THAT(real_error("log:0:1:3"), HasSubstr("logarithm"));
  EXPECT_THAT(real_error("log:-1:1:3"), HasSubstr("logarithm"));
}

TEST(Axis, AbsurdSizesAreRefusedAtOnce) {
  EXPECT_THAT(whole_error("1:1e13"), HasSubstr("has more than 1000000000000 values"));
  EXPECT_THAT(real_error("0:1e308:1e-308"), HasSubstr("has more than 1000000000000 values"));
  EXPECT_THAT(real_error("lin:0:1:9999999999999"), HasSubstr("out of range"));
  EXPECT_THAT(whole_error("1:1e7,nb:1e7"), HasSubstr("has more than 1000000 values of which"));
  EXPECT_THAT(real_error("1e308nb"), HasSubstr("too large"));
  EXPECT_THAT(real_error("1e400"), HasSubstr("too large"));
}

TEST(Axis, IsWrittenAnewByItsMeaning) {
  const auto canonical = [](std::string_view text) { return canonical_text(parse_axis(Parameter::ising, text)); };
  for (const char* text : {"1,2.5,nb", "1:5", "-1:1:0.25", "2nb-1", "lin:0:1:11", "log:10:nc:6", "nb-3:nb+3:2", "0.5omega-b",
                           "0.5nb+0.5nc", "nb-1m+2", "lin:nb+nc:2nb+nc-1:3"})
    EXPECT_EQ(canonical(text), text);
  EXPECT_EQ(canonical("1e1,1.0,-0,+7,.5"), "10,1,0,7,0.5");
  EXPECT_EQ(canonical("1:5:1"), "1:5");
  EXPECT_EQ(canonical("1*nb+0,2*nb-0.50"), "nb,2nb-0.5");
  EXPECT_EQ(canonical("lin:0.0:1:1e1"), "lin:0:1:10");
  EXPECT_EQ(canonical("1+m+2*nb-nc+nb,nb-nb+3"), "3nb-1nc+m+1,0nb+3");
}

TEST(Axis, KnowsWhatItRefersTo) {
  const Axis axis = parse_axis(Parameter::m, "1,nb:nc");
  EXPECT_TRUE(axis.linked());
  EXPECT_TRUE(axis.refers_to(Parameter::n_b));
  EXPECT_TRUE(axis.refers_to(Parameter::n_c));
  EXPECT_FALSE(axis.refers_to(Parameter::m));
  EXPECT_FALSE(parse_axis(Parameter::m, "1:5").linked());
  const Axis sum = parse_axis(Parameter::m, "0.5nb+0.5nc");
  EXPECT_TRUE(sum.refers_to(Parameter::n_b));
  EXPECT_TRUE(sum.refers_to(Parameter::n_c));
  EXPECT_FALSE(sum.refers_to(Parameter::ising));
}

}  // namespace
}  // namespace qbatt
