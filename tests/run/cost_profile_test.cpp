#include "run/cost_profile.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "charge/ladder.hpp"
#include "run/sample_plans.hpp"
#include "support/errors.hpp"

namespace qbatt {
namespace {

using test::message_of;
using test::plan_of;
using test::systems_of;
using testing::HasSubstr;

TEST(CostProfile, OfAShortSweepIsTheCostOfEachRow) {
  const SweepPlan plan = plan_of({{"nb", "1:300"}, {"nc", "nb,2nb"}});
  const CostProfile profile(plan, {});
  double sum = 0;
  std::int64_t row = 0;
  for (const CentralSpin& system : systems_of(plan)) {
    EXPECT_DOUBLE_EQ(profile.seconds_before(row), sum) << row;
    EXPECT_EQ(profile.row_after(profile.seconds_before(row)), row);
    sum += forecast(system, {}).seconds;
    ++row;
  }
  EXPECT_EQ(profile.rows(), row);
  EXPECT_DOUBLE_EQ(profile.seconds(), sum);
  EXPECT_DOUBLE_EQ(profile.seconds_before(row), sum);
  EXPECT_EQ(profile.row_after(2 * sum), row);
}

// Axes of 64 values, which an even stride would always meet at the same one.
TEST(CostProfile, OfALongSweepIsNearItsCost) {
  const SweepPlan plan = plan_of({{"nb", "1:400"}, {"ising", "lin:0:0.9:64"}});
  double sum = 0;
  for (const CentralSpin& system : systems_of(plan)) sum += forecast(system, {}).seconds;
  const CostProfile profile(plan, {});
  EXPECT_EQ(profile.rows(), 25600);
  EXPECT_LE(std::abs(profile.seconds() / sum - 1), 0.05);
  for (std::int64_t row = 0; row < 25600; row += 997) EXPECT_EQ(profile.row_after(profile.seconds_before(row)), row);
}

TEST(Shards, ArePiecesOfTheSweepOfLikeCost) {
  const CostProfile profile(plan_of({{"nb", "1:500"}}), {});
  std::int64_t row = 0;
  for (std::int64_t i = 1; i <= 7; ++i) {
    const RowRange rows = rows_of_shard(profile, {.index = i, .count = 7});
    EXPECT_EQ(rows.first, row);
    const double cost = profile.seconds_before(rows.last) - profile.seconds_before(rows.first);
    EXPECT_LE(std::abs(cost / (profile.seconds() / 7) - 1), 0.1) << i;
    row = rows.last;
  }
  EXPECT_EQ(row, 500);
}

TEST(Shards, AllHaveARowEvenWhereOneCostsAsMuchAsAllOthers) {
  const CostProfile profile(plan_of({{"nb", "3,4,2,1e7,5,6"}}), {});
  std::int64_t row = 0;
  for (std::int64_t i = 1; i <= 6; ++i) {
    const RowRange rows = rows_of_shard(profile, {.index = i, .count = 6});
    EXPECT_EQ(rows.first, row);
    EXPECT_EQ(rows.last, row + 1);
    row = rows.last;
  }
}

TEST(Shards, MoreThanRowsAreRefused) {
  const CostProfile profile(plan_of({{"nb", "1:3"}}), {});
  EXPECT_EQ(rows_of_shard(profile, {}), (RowRange{0, 3}));
  EXPECT_THAT(message_of<InputError>([&] { rows_of_shard(profile, {.index = 2, .count = 4}); }), HasSubstr("--shard: 2/4"));
}

}  // namespace
}  // namespace qbatt
