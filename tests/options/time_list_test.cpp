#include "options/time_list.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/errors.hpp"

namespace qbatt {
namespace {

using test::message_of;
using testing::ElementsAre;
using testing::HasSubstr;

std::vector<double> times_of(std::string_view text) {
  return grid_times(parse_time_list(text, TimeUnit::rabi));
}

std::string error_of(std::string_view text) {
  return message_of<InputError>([&] { parse_time_list(text, TimeUnit::rabi); });
}

TEST(TimeList, GridsListsAndLogarithms) {
  EXPECT_THAT(times_of("0:1:3"), ElementsAre(0, 0.5, 1));
  EXPECT_THAT(times_of("lin:0:1:3"), ElementsAre(0, 0.5, 1));
  EXPECT_THAT(times_of("0,0.25,1"), ElementsAre(0, 0.25, 1));
  EXPECT_THAT(times_of("log:0.01:100:5"), ElementsAre(0.01, 0.1, 1, 10, 100));
  EXPECT_THAT(times_of("0,log:1:100:3,200:400:3,1e3"), ElementsAre(0, 1, 10, 100, 200, 300, 400, 1000));
  EXPECT_THAT(times_of("5"), ElementsAre(5));
  EXPECT_THAT(times_of("2,2,3"), ElementsAre(2, 2, 3)) << "a time given twice is there twice";
}

// So that it is computed as the grid that it is, to the bit, and is the same sweep.
TEST(TimeList, AListThatIsEquallySpacedIsAGrid) {
  for (const char* text : {"0,0.5,1", "7", "lin:0:1:3", "0:1:3", "3,3"})
    EXPECT_TRUE(parse_time_list(text, TimeUnit::rabi).list.empty()) << text;
  const TimeGrid list = parse_time_list("0,0.5,2", TimeUnit::optimum);
  EXPECT_THAT(list.list, ElementsAre(0, 0.5, 2));
  EXPECT_EQ(list.start, 0);
  EXPECT_EQ(list.stop, 2);
  EXPECT_EQ(list.count, 3);
  EXPECT_EQ(list.unit, TimeUnit::optimum);
}

TEST(TimeList, RefusesWhatIsNoListOfTimes) {
  EXPECT_THAT(error_of(""), HasSubstr("--times: `` is empty"));
  EXPECT_THAT(error_of("0,,1"), HasSubstr("--times: `` is empty"));
  EXPECT_THAT(error_of("0:1"), HasSubstr("--times: `0:1` must have the form START:STOP:COUNT"));
  EXPECT_THAT(error_of("0:1:2:3"), HasSubstr("must have the form"));
  EXPECT_THAT(error_of("log:1:2"), HasSubstr("must have the form"));
  EXPECT_THAT(error_of("geom:1:2:3"), HasSubstr("must have the form"));
  EXPECT_THAT(error_of("0,x"), HasSubstr("`x` is not a number"));
  EXPECT_THAT(error_of("0,nan"), HasSubstr("`nan` is not a number"));
  EXPECT_THAT(error_of("1,0.5"), HasSubstr("0.5 stands behind 1: times must not descend"));
  EXPECT_THAT(error_of("0:2:3,1"), HasSubstr("1 stands behind 2"));
  EXPECT_THAT(error_of("-1,0"), HasSubstr("times (--times)"));
  EXPECT_THAT(error_of("2:1:3"), HasSubstr("is out of range"));
  EXPECT_THAT(error_of("0:1:1"), HasSubstr("START = STOP for COUNT = 1"));
  EXPECT_THAT(error_of("log:0:1:3"), HasSubstr("START must be a number greater than 0"));
  EXPECT_THAT(error_of("log:1:2:0"), HasSubstr("--times: the count"));
  EXPECT_THAT(error_of("log:1:2:1e9"), HasSubstr("a whole number from 1 to 10000000"));
  EXPECT_THAT(error_of("0,1:2:1e9"), HasSubstr("has more than 10000000 times"));
}

// From other programs than this one a list comes as numbers.
TEST(TimeList, MadeOfNumbers) {
  EXPECT_THAT(time_list({0, 1, 4}, TimeUnit::absolute).list, ElementsAre(0, 1, 4));
  EXPECT_THAT(message_of<InputError>([] { time_list({}, TimeUnit::absolute); }), HasSubstr("is empty"));
  EXPECT_THAT(message_of<InputError>([] { time_list({1, 0}, TimeUnit::absolute); }), HasSubstr("must not descend"));
  TimeGrid changed = time_list({0, 1, 4}, TimeUnit::absolute);
  changed.count = 2;
  EXPECT_THAT(message_of<InputError>([&] { validate(changed); }), HasSubstr("are not those of the list"));
}

}  // namespace
}  // namespace qbatt
