#include "cli/progress.hpp"

#include <gtest/gtest.h>

namespace qbatt::cli {
namespace {

TEST(Progress, CountsSystemsWithRateAndTimeLeft) {
  EXPECT_EQ(progress_text(0, 2000, 0), "0 of 2000 systems (0 %)");
  EXPECT_EQ(progress_text(500, 2000, 5), "500 of 2000 systems (25 %), 100 per second, 15 s left");
  EXPECT_EQ(progress_text(1, 601, 1), "1 of 601 systems (0 %), 1 per second, 10 min left");
  EXPECT_EQ(progress_text(1, 7201, 1), "1 of 7201 systems (0 %), 1 per second, 2.0 h left");
  EXPECT_EQ(progress_text(1, 1000001, 1), "1 of 1000001 systems (0 %), 1 per second, 12 days left");
  EXPECT_EQ(progress_text(2000, 2000, 5), "2000 of 2000 systems (100 %), 400 per second, 0 s left");
}

}  // namespace
}  // namespace qbatt::cli
