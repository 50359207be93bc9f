#include "qbatt/observables.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <span>
#include <vector>

namespace qbatt {
namespace {

std::vector<double> listed(std::span<const double> values) {
  return {values.begin(), values.end()};
}

TEST(ObservableColumns, HoldsWhatItWasMadeFor) {
  ObservableColumns columns(std::array{Observable::entropy, Observable::energy}, 3);
  EXPECT_EQ(columns.size(), 3U);
  EXPECT_TRUE(columns.holds(Observable::energy));
  EXPECT_FALSE(columns.holds(Observable::purity));
  columns.column(Observable::energy)[2] = 7.0;
  columns.column(Observable::entropy)[0] = 1.5;
  EXPECT_EQ(listed(columns.column(Observable::energy)), (std::vector{0.0, 0.0, 7.0}));
  EXPECT_EQ(listed(columns.column(Observable::entropy)), (std::vector{1.5, 0.0, 0.0}));
  EXPECT_TRUE(columns.column(Observable::purity).empty());
}

TEST(ObservableColumns, IsNoNumberWhereNothingIsHeld) {
  ObservableColumns columns(std::array{Observable::p_full}, 2);
  columns.column(Observable::p_full)[1] = 0.25;
  const ObservableValues at_last = columns[1];
  EXPECT_EQ(at_last[Observable::p_full], 0.25);
  EXPECT_TRUE(std::isnan(at_last[Observable::energy]));
  EXPECT_EQ(ObservableColumns().size(), 0U);
  EXPECT_FALSE(ObservableColumns().holds(Observable::p_full));
}

}  // namespace
}  // namespace qbatt
