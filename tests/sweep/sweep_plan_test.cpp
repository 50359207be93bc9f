#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <stop_token>

#include "qbatt/sweep.hpp"
#include "support/errors.hpp"
#include "support/random_systems.hpp"
#include "sweep/odometer.hpp"

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
  EXPECT_THAT(plan_error({{"nb", "5"}, {"m", "8"}}, true), HasSubstr("none of 1 combination is physical"));
}

TEST(SweepPlan, SummaryCountsDimensions) {
  const SweepSummary summary = plan_of({{"nb", "1:100"}, {"nc", "200"}}).summary();
  EXPECT_EQ(summary.systems, 100);
  EXPECT_EQ(summary.smallest_dim, 2);
  EXPECT_EQ(summary.largest_dim, 101);
}

TEST(SweepPlan, TooManyCombinationsAreRefusedAtOnce) {
  EXPECT_THAT(plan_error({{"nb", "1:1e7"}, {"nc", "1:1e7"}}), HasSubstr("more than 1000000000000 combinations"));
  EXPECT_THAT(plan_error({{"nb", "1e8:1e9"}, {"m", "0:nc"}}), HasSubstr("more than 1000000000000 combinations"));
}

// All rows and the number of what was dropped, by a look at each combination.
std::pair<std::vector<CentralSpin>, std::int64_t> look_at_each(const Given& given) {
  const AxisTexts texts = texts_of(given);
  const Axes axes = parse_axes(texts);
  std::pair<std::vector<CentralSpin>, std::int64_t> found;
  Odometer odometer(axes);
  odometer.turn_to_first(0);
  do {
    if (first_unphysical(odometer.system()))
      ++found.second;
    else
      found.first.push_back(odometer.system());
  } while (odometer.advance());
  return found;
}

// Expects of a plan what a look at each of its combinations tells, at some of its rows, and counts it where there is such a plan.
void expect_as_looked_at(const Given& given, std::mt19937& random, int& plans) {
  std::string text;
  for (const auto& [name, axis] : given) text += fmt::format("--{} {} ", name, axis);
  std::pair<std::vector<CentralSpin>, std::int64_t> expected;
  const std::string error = message_of<InputError>([&] { expected = look_at_each(given); });
  if (error != "<no exception>" || expected.first.empty()) {
    EXPECT_NE(plan_error(given, true), "<no exception>") << text;
    return;
  }
  ++plans;
  const SweepPlan plan = plan_of(given, true);
  ASSERT_EQ(systems_of(plan), expected.first) << text;
  const auto [smallest, largest] = std::ranges::minmax(expected.first, {}, &CentralSpin::dim);
  EXPECT_EQ(plan.summary().systems, static_cast<std::int64_t>(expected.first.size())) << text;
  EXPECT_EQ(plan.summary().dropped, expected.second) << text;
  EXPECT_EQ(plan.summary().smallest_dim, smallest.dim()) << text;
  EXPECT_EQ(plan.summary().largest_dim, largest.dim()) << text;
  EXPECT_EQ(plan_error(given) == "<no exception>", expected.second == 0) << text;
  const auto rows = static_cast<std::int64_t>(expected.first.size());
  const auto first = static_cast<std::int64_t>(random() % expected.first.size());
  SweepCursor cursor = plan.systems();
  cursor.skip(first);
  EXPECT_EQ(cursor.next(), expected.first[static_cast<std::size_t>(first)]) << text;
  const std::int64_t last = first + 1 + static_cast<std::int64_t>(random()) % (rows - first);
  for (std::int64_t row = first; row < last; ++row)
    EXPECT_LE(expected.first[static_cast<std::size_t>(row)].dim(), plan.most_levels(first, last)) << text;
  const bool chains = std::ranges::all_of(expected.first, &CentralSpin::is_chain);
  if (!chains) EXPECT_TRUE(plan.summary().ensembles) << text;
}

// Boxes of combinations are taken or dropped at once; the rows, their numbers and their dimensions must not show it.
TEST(SweepPlan, KnowsFromTheEndsOfAxesWhatALookAtEachCombinationTells) {
  const std::vector<std::string> sizes{"1:9",       "-3:4",   "5",         "lin:1:9:30", "log:1:40:12",
                                       "3,1,4,1,5", "0:12:4", "9,2:5,7:8", "12:15,1:3",  "2:2"};
  const std::vector<std::string> links{"nb",        "nb-2:nb+2",   "2nb",         "-1nb+7",       "0.5nb",       "0.5nb:0.5nb+2",
                                       "nb,nb+1",   "1:20",        "nb,2nb,3",    "nb-1:9",       "1:nb+3",      "lin:nb:3nb:4",
                                       "0.3nb:9:2", "nb+1:nb+3,1", "log:1:50:20", "-1nb+2:2nb-1", "nb-3,nb,nb+3"};
  const std::vector<std::string> fillings{"nc",        "0:nc", "nb",     "nc-nb:nc",    "0.5nc",   "lin:0:nc:5",     "2,7,nb",
                                          "nc-1,nc",   "0:5",  "-1nc+6", "0.5nb+0.5nc", "nb+nc-4", "0.3nb+0.7nc:nc", "nc-0.5nb,nc",
                                          "nc+1-0.1nb"};
  const std::vector<std::string> energies{"1", "0,1", "omega-b", "lin:-1:1:3"};
  std::mt19937 random(7);
  const auto one_of = [&](const std::vector<std::string>& texts) { return texts[random() % texts.size()]; };
  int plans = 0;
  for (int i = 0; i < 2000; ++i) {
    const Given given{{"nb", one_of(sizes)},
                      {"nc", one_of(links)},
                      {"m", one_of(fillings)},
                      {"omega-b", one_of({"1", "-1:1", "2"})},
                      {"ising", one_of(energies)}};
    expect_as_looked_at(given, random, plans);
  }
  EXPECT_GT(plans, 500);
}

// The same where the charger is a list of names, and m need not be whole.
TEST(SweepPlan, KnowsChargersFromTheEndsOfAxesToo) {
  const std::vector<std::string> chargers{"spins", "boson", "spins,boson", "boson,spins"};
  const std::vector<std::string> states{"dicke", "thermal", "dicke,coherent", "dephased,thermal", "thermal,dicke"};
  const std::vector<std::string> sizes{"1:9", "-1:4", "5", "lin:1:9:20", "3,1,4"};
  const std::vector<std::string> links{"nb", "nb-2:nb+2", "1:20", "0.5nb:0.5nb+2", "7", "0.7nb", "0.3nb:2nb:0.5"};
  const std::vector<std::string> fillings{"nb",       "0:nb", "0.7nb",       "0.5nb:nb:0.5", "2.5,3",    "lin:0:nb:4",
                                          "-1:1:0.5", "1:4",  "0.3nb,0.7nb", "nb-0.5",       "0.7nb+0.1"};
  // Of spins alone, which have an n_c.
  const std::vector<std::string> fillings_of_spins{"nc",      "0.3nb+0.7nc", "nc-0.5nb",       "0.5nc,0.9nc",
                                                   "0:nc:.7", "lin:0:nc:4",  "0.1nb+0.9nc:nc", "nc-0.3"};
  std::mt19937 random(8);
  const auto one_of = [&](const std::vector<std::string>& texts) { return texts[random() % texts.size()]; };
  int plans = 0;
  for (int i = 0; i < 2000; ++i) {
    Given given{{"charger", one_of(chargers)}, {"charger-state", one_of(states)}, {"nb", one_of(sizes)}};
    if (given[0].second != "boson" && random() % 2 == 0) given.emplace_back("nc", one_of(links));
    const bool spins = given[0].second == "spins";
    if (random() % 4 > 0) given.emplace_back("m", one_of(spins && random() % 2 == 0 ? fillings_of_spins : fillings));
    expect_as_looked_at(given, random, plans);
  }
  EXPECT_GT(plans, 1000);
}

TEST(SweepPlan, ChargersAreTheOutermostLoops) {
  const auto names = [](const CentralSpin& s) { return std::pair(to_string(s.charger), to_string(s.charger_state)); };
  const std::vector<CentralSpin> systems =
      systems_of(plan_of({{"nb", "2,3"}, {"nc", "5"}, {"charger", "boson,spins"}, {"charger-state", "thermal,dicke"}}));
  ASSERT_EQ(systems.size(), 8U);
  EXPECT_EQ(names(systems[0]), (std::pair<std::string_view, std::string_view>("boson", "thermal")));
  EXPECT_EQ(names(systems[1]), names(systems[0]));
  EXPECT_EQ(names(systems[2]), (std::pair<std::string_view, std::string_view>("boson", "dicke")));
  EXPECT_EQ(names(systems[7]), (std::pair<std::string_view, std::string_view>("spins", "dicke")));
  EXPECT_EQ(systems[0].n_c, 0);
  EXPECT_EQ(systems[0].m, 2) << "as many quanta as cells";
  EXPECT_EQ(systems[7].n_c, 5);
  EXPECT_EQ(systems[7].m, 5);
}

TEST(SweepPlan, QuantaAreRoundedForADickeStateAlone) {
  const SweepPlan plan = plan_of({{"nb", "2"}, {"nc", "5"}, {"m", "0.75nc"}, {"charger-state", "dicke,thermal"}});
  EXPECT_THAT(pairs_of(plan, &CentralSpin::n_b, &CentralSpin::m), ElementsAre(Pair(2, 4), Pair(2, 3.75)));
  EXPECT_EQ(plan.rounding().rounded, 1);
  EXPECT_THAT(plan_error({{"nb", "2"}, {"nc", "5"}, {"m", "2.5"}}), HasSubstr("`2.5` is not a whole number"));
  EXPECT_THAT(plan_error({{"nb", "2"}, {"nc", "5"}, {"m", "2.5"}, {"charger-state", "dicke,thermal"}}),
              HasSubstr("m (--m) = 2.5 is out of range: it must be a whole number where the charger is in a Dicke state"));
}

TEST(SweepPlan, WhatAChargerDoesNotHaveIsAnError) {
  EXPECT_THAT(plan_error({{"nb", "2"}, {"nc", "5"}, {"charger", "boson"}}),
              HasSubstr("--nc: `5` cannot be combined with --charger boson"));
  EXPECT_THAT(plan_error({{"nb", "2"}, {"m", "nc"}, {"charger", "spins,boson"}}),
              HasSubstr("refers to nc, which a boson does not have"));
  EXPECT_THAT(plan_error({{"nb", "2"}, {"charger", "bosons"}}), HasSubstr("`bosons` is not known: did you mean `boson`?"));
  EXPECT_THAT(plan_error({{"nb", "2"}, {"charger-state", "nb"}}), HasSubstr("one of dicke, coherent, dephased, thermal"));
  EXPECT_THAT(plan_error({{"nb", "2"}, {"charger", "boson"}, {"charger-state", "thermal"}, {"m", "1e9"}}),
              HasSubstr("no more than 1000000 chains of levels"));
}

// So many ensembles that not each can be looked at.
TEST(SweepPlan, OfVeryManyEnsemblesIsAFunction) {
  const SweepPlan plan = plan_of({{"nb", "1:100"}, {"nc", "200"}, {"m", "lin:0:200:1e7"}, {"charger-state", "thermal"}});
  EXPECT_EQ(plan.summary().systems, 1'000'000'000);
  EXPECT_EQ(plan.summary().largest_dim, 101);
}

TEST(SweepPlan, OfVeryManySystemsIsAFunction) {
  struct Case {
    Given given;
    bool skip_invalid;
    std::int64_t systems;
    std::int64_t dropped;
    std::int64_t largest_dim;
  };
  for (const Case& c : std::vector<Case>{
           {{{"nb", "1:1e9"}}, false, 1'000'000'000, 0, 1'000'000'001},
           {{{"nb", "1:1e5"}, {"nc", "1:1e4"}}, false, 1'000'000'000, 0, 10'001},
           {{{"nb", "1e3:1e9"}, {"nc", "nb-3:nb+3"}}, true, 6'999'993'007, 0, 1'000'000'001},
           {{{"nb", "1:1e9"}, {"nc", "nb-3:nb+3"}}, true, 6'999'999'994, 6, 1'000'000'001},
           {{{"nb", "7"}, {"ising", "lin:0:1:1e9"}}, false, 1'000'000'000, 0, 8},
           {{{"nb", "1:1e9"}, {"m", "0.5nc"}}, false, 1'000'000'000, 0, 500'000'001},
           {{{"nb", "log:1:1e9:100"}, {"nc", "2nb"}, {"coupling", "log:1e-3:1:1e9"}}, false, 96'000'000'000, 0, 1'000'000'001},
           {{{"nb", "1:9"}, {"nc", "9999999996:10000000003"}, {"m", "nb"}}, true, 45, 27, 10},
           {{{"nb", "1:40000"}, {"m", "0:nc"}}, false, 800'060'000, 0, 40'001},
           {{{"nb", "1:1e4"}, {"nc", "1:1e5"}, {"m", "nb"}}, true, 950'005'000, 49'995'000, 10'001},
       }) {
    const SweepPlan plan = plan_of(c.given, c.skip_invalid);
    EXPECT_EQ(plan.summary().systems, c.systems) << c.given[0].second;
    EXPECT_EQ(plan.summary().dropped, c.dropped) << c.given[0].second;
    EXPECT_EQ(plan.summary().largest_dim, c.largest_dim) << c.given[0].second;
    SweepCursor cursor = plan.systems();
    cursor.skip(c.systems - 2);
    EXPECT_TRUE(cursor.next().has_value());
    EXPECT_TRUE(cursor.next().has_value());
    EXPECT_FALSE(cursor.next().has_value());
  }
}

// A band of combinations, cut into many short stretches.
TEST(SweepPlan, RowsThatLieScatteredAreFoundFromTheStretchesThatAreKept) {
  const Given given{{"nb", "1:600"}, {"nc", "1:600:2"}, {"m", "nb-30:nb+30:20"}};
  const SweepPlan plan = plan_of(given, true);
  const std::vector<CentralSpin> all = look_at_each(given).first;
  ASSERT_EQ(plan.summary().systems, static_cast<std::int64_t>(all.size()));
  for (std::size_t row = 0; row < all.size(); row += 997) {
    SweepCursor cursor = plan.systems();
    cursor.skip(static_cast<std::int64_t>(row));
    EXPECT_EQ(cursor.next(), all[row]);
  }
}

TEST(SweepPlan, IsStoppedWhileItIsMade) {
  std::stop_source stop;
  std::int64_t reported = 0;
  const Planning planning{.stop = stop.get_token(), .progress = [&](std::int64_t combinations) {
                            reported = combinations;
                            stop.request_stop();
                          }};
  const AxisTexts texts = texts_of({{"nb", "1:1e8"}, {"m", "0.3nc:nc:1e4"}});
  EXPECT_THROW(SweepPlan::from_axes(texts, false, planning), Interrupted);
  EXPECT_GT(reported, 0);
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
    cases.push_back({5, 5, static_cast<double>(n), 1, 1, 1, 0});
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
