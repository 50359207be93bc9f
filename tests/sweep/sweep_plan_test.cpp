#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "qbatt/sweep.hpp"
#include "support/errors.hpp"
#include "support/random_systems.hpp"

namespace qbatt {
namespace {

using test::message_of;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;

// {"nb", "1:3"}, ...
using Given = std::vector<std::pair<std::string_view, std::string>>;

AxisTexts texts_of(const Given& given) {
  AxisTexts texts;
  for (const auto& [name, text] : given) {
    bool known = false;
    for (const ParameterInfo& info : parameter_info()) {
      if (info.name != name) continue;
      texts[static_cast<std::size_t>(info.id)] = text;
      known = true;
    }
    EXPECT_TRUE(known) << name;
  }
  return texts;
}

SweepPlan plan_of(const Given& given, bool skip_invalid = false) {
  return SweepPlan::from_axes(texts_of(given), skip_invalid);
}

std::vector<CentralSpin> systems_of(const SweepPlan& plan) {
  std::vector<CentralSpin> systems;
  SweepCursor cursor = plan.systems();
  while (const auto system = cursor.next()) systems.push_back(*system);
  return systems;
}

template <typename First, typename Second>
std::vector<std::pair<double, double>> pairs_of(const SweepPlan& plan, First CentralSpin::*first, Second CentralSpin::*second) {
  std::vector<std::pair<double, double>> pairs;
  for (const CentralSpin& s : systems_of(plan)) pairs.emplace_back(s.*first, s.*second);
  return pairs;
}

std::string plan_error(const Given& given, bool skip_invalid = false) {
  return message_of<InputError>([&] { plan_of(given, skip_invalid); });
}

TEST(SweepPlan, DefaultsFollowTheLinksOfTheTable) {
  EXPECT_THAT(systems_of(plan_of({{"nb", "7"}})), ElementsAre(CentralSpin{7, 7, 7, 1, 1, 1, 0}));
  EXPECT_THAT(systems_of(plan_of({{"nb", "7"}, {"nc", "nb+2"}, {"omega-b", "3"}})), ElementsAre(CentralSpin{7, 9, 9, 3, 3, 1, 0}));
}

TEST(SweepPlan, LastFreeAxisIsFastest) {
  EXPECT_THAT(pairs_of(plan_of({{"nb", "1,2"}, {"coupling", "3,4"}}), &CentralSpin::n_b, &CentralSpin::coupling),
              ElementsAre(Pair(1, 3), Pair(1, 4), Pair(2, 3), Pair(2, 4)));
}

TEST(SweepPlan, LinkedAxesVaryInsideWhatTheyReferTo) {
  EXPECT_THAT(pairs_of(plan_of({{"nb", "2,3"}, {"nc", "nb-1:nb+1"}}), &CentralSpin::n_b, &CentralSpin::n_c),
              ElementsAre(Pair(2, 1), Pair(2, 2), Pair(2, 3), Pair(3, 2), Pair(3, 3), Pair(3, 4)));
  EXPECT_THAT(pairs_of(plan_of({{"nb", "1,2"}, {"m", "0:nc"}}), &CentralSpin::n_b, &CentralSpin::m),
              ElementsAre(Pair(1, 0), Pair(1, 1), Pair(2, 0), Pair(2, 1), Pair(2, 2)));
}

// nb refers to nc, so nc is the outer loop although nb stands first in the table.
TEST(SweepPlan, ALinkBackwardsTurnsTheLoopsAround) {
  EXPECT_THAT(pairs_of(plan_of({{"nb", "nc,nc+1"}, {"nc", "1,2"}}), &CentralSpin::n_c, &CentralSpin::n_b),
              ElementsAre(Pair(1, 1), Pair(1, 2), Pair(2, 2), Pair(2, 3)));
}

TEST(SweepPlan, CyclesAreErrors) {
  EXPECT_THAT(plan_error({{"nb", "nb+1"}}), HasSubstr("--nb: the links --nb nb+1 form a cycle"));
  EXPECT_THAT(plan_error({{"nb", "nc"}}), HasSubstr("--nb nc, --nc nb form a cycle"));
  EXPECT_THAT(plan_error({{"nb", "m"}, {"nc", "5"}, {"m", "ising"}, {"ising", "0:nb"}}), HasSubstr("form a cycle"));
  EXPECT_THAT(plan_error({{"nb", "5"}, {"coupling", "2ising"}, {"ising", "coupling"}}),
              HasSubstr("--coupling: the links --coupling 2ising, --ising coupling form a cycle"));
}

TEST(SweepPlan, BatterySpinsAreRequired) {
  EXPECT_THAT(plan_error({{"nc", "5"}}), HasSubstr("--nb is required"));
}

TEST(SweepPlan, UnphysicalCombinationsAreErrorsThatNameThem) {
  EXPECT_THAT(plan_error({{"nb", "5"}, {"m", "8"}}), HasSubstr("m (--m) = 8 is out of range: it must lie between 0 and N_c = 5"));
  EXPECT_THAT(plan_error({{"nb", "1:9"}, {"nc", "nb-3:nb+3"}}), HasSubstr("N_c (--nc) = -2 is out of range"));
  EXPECT_THAT(plan_error({{"nb", "1:9"}, {"nc", "nb-3:nb+3"}}), HasSubstr("N_b = 1, N_c = -2"));
  EXPECT_THAT(plan_error({{"nb", "0"}}), HasSubstr("N_b (--nb) = 0 is out of range: it must lie between 1 and 10000000000"));
  EXPECT_THAT(plan_error({{"nb", "1e11"}}), HasSubstr("out of range"));
  EXPECT_THAT(plan_error({{"nb", "5"}, {"omega-b", "0"}}), HasSubstr("omega_b (--omega-b) = 0 is out of range"));
  EXPECT_THAT(plan_error({{"nb", "5"}, {"nc", "1e300nb"}}), HasSubstr("N_c (--nc)"));
}

TEST(SweepPlan, TheLastCombinationIsValidatedToo) {
  EXPECT_THAT(plan_error({{"nb", "1:1000"}, {"nc", "1000"}, {"m", "nb+1"}}), HasSubstr("m (--m) = 1001"));
}

TEST(SweepPlan, SkipInvalidDropsAndCounts) {
  const SweepPlan plan = plan_of({{"nb", "1:3"}, {"nc", "nb-1:nb"}, {"m", "2"}}, true);
  EXPECT_EQ(plan.summary().systems, 3);
  EXPECT_EQ(plan.summary().dropped, 3);
  EXPECT_THAT(pairs_of(plan, &CentralSpin::n_b, &CentralSpin::n_c), ElementsAre(Pair(2, 2), Pair(3, 2), Pair(3, 3)));
  EXPECT_THAT(plan_error({{"nb", "5"}, {"m", "8"}}, true), HasSubstr("none of the 1 combinations is physical"));
}

TEST(SweepPlan, SummaryCountsDimensions) {
  const SweepSummary summary = plan_of({{"nb", "1:100"}, {"nc", "200"}}).summary();
  EXPECT_EQ(summary.systems, 100);
  EXPECT_EQ(summary.smallest_dim, 2);
  EXPECT_EQ(summary.largest_dim, 101);
  EXPECT_EQ(summary.systems_by_size[0], 0);
  EXPECT_EQ(summary.systems_by_size[1], 2) << "dim = 2, 3";
  EXPECT_EQ(summary.systems_by_size[6], 38) << "dim = 64 ... 101";
}

TEST(SweepPlan, TooManyCombinationsAreRefusedAtOnce) {
  EXPECT_THAT(plan_error({{"nb", "1:1e5"}, {"nc", "1:1e5"}}), HasSubstr("more than 1000000000 combinations"));
}

TEST(SweepPlan, CursorsTakeAndSkip) {
  const SweepPlan plan = plan_of({{"nb", "1:50"}, {"nc", "nb,nb+1"}});
  const std::vector<CentralSpin> all = systems_of(plan);
  SweepCursor cursor = plan.systems();
  EXPECT_EQ(cursor.take(7), std::vector<CentralSpin>(all.begin(), all.begin() + 7));
  cursor.skip(20);
  cursor.skip(0);
  EXPECT_EQ(cursor.next(), all[27]);
  EXPECT_EQ(cursor.take(1000), std::vector<CentralSpin>(all.begin() + 28, all.end()));
  cursor.skip(3);
  EXPECT_FALSE(cursor.next().has_value());
  EXPECT_TRUE(cursor.take(1).empty());
}

TEST(SweepPlan, CursorsOutliveThePlanAndDoNotDisturbEachOther) {
  auto plan = std::make_unique<SweepPlan>(plan_of({{"nb", "1:3"}}));
  SweepCursor one = plan->systems();
  SweepCursor two = plan->systems();
  EXPECT_EQ(one.next()->n_b, 1);
  plan.reset();
  EXPECT_EQ(one.next()->n_b, 2);
  EXPECT_EQ(two.next()->n_b, 1);
}

// A message that names the parameter, for exactly what is unphysical.
TEST(FirstUnphysical, AgreesWithValidate) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const double inf = std::numeric_limits<double>::infinity();
  std::vector<CentralSpin> cases = test::random_systems(1, 50, 100);
  for (const std::int64_t n :
       {std::int64_t{-1}, std::int64_t{0}, std::int64_t{1}, CentralSpin::max_spins, CentralSpin::max_spins + 1}) {
    cases.push_back({n, 5, 5, 1, 1, 1, 0});
    cases.push_back({5, n, 1, 1, 1, 1, 0});
    cases.push_back({5, 5, n, 1, 1, 1, 0});
  }
  for (const double x : {nan, inf, -inf, 0.0, -1.0, 5e-324, 1e308}) {
    cases.push_back({5, 5, 5, x, 1, 1, 0});
    cases.push_back({5, 5, 5, 1, x, 1, 0});
    cases.push_back({5, 5, 5, 1, 1, x, 0});
    cases.push_back({5, 5, 5, 1, 1, 1, x});
  }
  for (const CentralSpin& s : cases) {
    const std::string message = message_of<InputError>([&] { validate(s); });
    const auto parameter = first_unphysical(s);
    EXPECT_EQ(parameter.has_value(), message != "<no exception>") << describe(s) << ": " << message;
    if (parameter) EXPECT_THAT(message, HasSubstr("(--" + std::string(parameter_info(*parameter).name) + ")"));
  }
}

TEST(SingleSystem, TakesNumbersAndLinks) {
  EXPECT_EQ(single_system(texts_of({{"nb", "4"}, {"nc", "nb+3"}, {"coupling", "-2.5"}, {"ising", "-0.7"}})),
            (CentralSpin{4, 7, 7, 1, 1, -2.5, -0.7}));
}

TEST(SingleSystem, RefusesAxesAndUnphysicalSystems) {
  const auto error = [](const Given& given) { return message_of<InputError>([&] { single_system(texts_of(given)); }); };
  EXPECT_THAT(error({{"nb", "1,2"}}), HasSubstr("--nb: `1,2` is an axis, which only qbatt sweep takes"));
  EXPECT_THAT(error({{"nb", "1:2"}}), HasSubstr("is an axis"));
  EXPECT_THAT(error({{"nb", "5"}, {"ising", "lin:0:1:2"}}), HasSubstr("--ising"));
  EXPECT_THAT(error({{"nb", "5"}, {"m", "6"}}), HasSubstr("m (--m) = 6 is out of range"));
  EXPECT_THAT(error({}), HasSubstr("--nb is required"));
}

// Evenly spaced axes are skipped in one step, others by a look at each value; linked axes and dropped combinations in between.
TEST(SweepPlan, SkippingFindsWhatWalkingFinds) {
  const std::vector<std::pair<Given, bool>> plans{
      {{{"nb", "3:40"}, {"nc", "2:30"}}, false},
      {{{"nb", "3:40:3"}, {"coupling", "lin:1:2:50"}, {"m", "1"}}, false},
      {{{"nb", "2:9"}, {"nc", "nb-1:nb+1"}, {"ising", "0,1,log:2:3:7"}}, false},
      {{{"nb", "log:1:1000:400"}}, false},
      {{{"nb", "1:9"}, {"nc", "1:7"}, {"m", "0:6"}}, true},
      {{{"nb", "7"}}, false},
  };
  for (const auto& [given, skip_invalid] : plans) {
    const SweepPlan plan = plan_of(given, skip_invalid);
    const std::vector<CentralSpin> all = systems_of(plan);
    for (const std::int64_t stride : {1, 2, 5, 29, 30, 31, 500}) {
      SweepCursor cursor = plan.systems();
      for (std::size_t i = 0; i < all.size(); i += static_cast<std::size_t>(stride)) {
        ASSERT_EQ(cursor.next(), all[i]) << given.back().second << " by " << stride << " at " << i;
        cursor.skip(stride - 1);
      }
      EXPECT_EQ(cursor.next(), std::nullopt);
    }
    SweepCursor behind = plan.systems();
    behind.skip(static_cast<std::int64_t>(all.size()) - 1);
    EXPECT_EQ(behind.next(), all.back());
  }
}

}  // namespace
}  // namespace qbatt
