#include "cli/progress.hpp"

#include <gtest/gtest.h>

namespace qbatt::cli {
namespace {

Advance advance(std::int64_t rows, std::int64_t all, double work) {
  return {.rows = rows, .rows_in_all = all, .work = work, .work_in_all = 100};
}

TEST(Progress, CountsSystemsWithRateAndTimeLeftByWork) {
  EXPECT_EQ(progress_text(advance(0, 2000, 0), 0), "0 of 2000 systems (0 % of the work)");
  EXPECT_EQ(progress_text(advance(500, 2000, 10), 5), "500 of 2000 systems (10 % of the work), 100 per second, 45 s left");
  EXPECT_EQ(progress_text(advance(1, 601, 100.0 / 601), 1), "1 of 601 systems (0 % of the work), 1 per second, 10 min left");
  EXPECT_EQ(progress_text(advance(1, 7201, 100.0 / 7201), 1), "1 of 7201 systems (0 % of the work), 1 per second, 2.0 h left");
  EXPECT_EQ(progress_text(advance(1, 1000001, 1e-4), 1), "1 of 1000001 systems (0 % of the work), 1 per second, 12 days left");
  EXPECT_EQ(progress_text(advance(2000, 2000, 100), 5), "2000 of 2000 systems (100 % of the work), 400 per second, 0 s left");
}

TEST(Progress, LeavesOutWhatDoesNotFit) {
  const Advance half_way = advance(500, 2000, 10);
  EXPECT_EQ(progress_text(half_way, 5, 72), "500 of 2000 systems (10 % of the work), 100 per second, 45 s left");
  EXPECT_EQ(progress_text(half_way, 5, 60), "500 of 2000 systems, 100 per second, 45 s left");
  EXPECT_EQ(progress_text(half_way, 5, 40), "500 of 2000 systems, 45 s left");
  EXPECT_EQ(progress_text(half_way, 5, 20), "10 %, 45 s left");
  EXPECT_EQ(progress_text(half_way, 5, 5), "10 %");
  EXPECT_EQ(progress_text(half_way, 0, 20), "500 of 2000 systems") << "no rate yet";
}

TEST(Progress, WhatWasThereBeforeSaysNothingOfTheRate) {
  Advance taken_up = advance(600, 1000, 80);
  taken_up.rows_before = 500;
  taken_up.work_before = 60;
  EXPECT_EQ(progress_text(taken_up, 10), "600 of 1000 systems (80 % of the work), 10 per second, 10 s left");
}

}  // namespace
}  // namespace qbatt::cli
