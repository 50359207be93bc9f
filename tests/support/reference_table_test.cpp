#include "support/reference_table.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "support/comparisons.hpp"

namespace qbatt::test {
namespace {

TEST(ReferenceTable, IsWhole) {
  ASSERT_EQ(reference_table().size(), 37U);
  for (const ReferenceSystem& entry : reference_table()) {
    EXPECT_EQ(static_cast<double>(entry.dim), std::min(static_cast<double>(entry.system.n_b), entry.system.m) + 1);
    ASSERT_EQ(entry.samples.size(), std::size(sample_times));
    for (const ReferenceState& state : entry.samples) {
      EXPECT_EQ(state.p_head.size(), static_cast<std::size_t>(std::min<std::int64_t>(4, entry.dim)));
      EXPECT_EQ(state.p_tail.size(), state.p_head.size());
    }
  }
}

// With at most four levels the head holds all of the state, and every other field follows from it.
TEST(ReferenceTable, SmallSystemsAgreeWithThemselves) {
  constexpr double digits = 1e-14;
  for (const ReferenceSystem& entry : reference_table()) {
    if (entry.dim > 4) continue;
    double norm = 0, energy = 0, purity = 0;
    for (std::size_t k = 0; k < entry.first_peak.p_head.size(); ++k) {
      const double p = entry.first_peak.p_head[k];
      norm += p;
      energy += static_cast<double>(k) * p;
      purity += p * p;
    }
    EXPECT_TRUE(within(norm, 1, digits));
    EXPECT_TRUE(within(energy, entry.first_peak.energy_per_wb, digits));
    EXPECT_TRUE(within(purity, entry.first_peak.purity, digits));
  }
}

TEST(ReferenceTable, TheFirstSystemIsTheClosedForm) {
  const ReferenceSystem& pair = reference_table().front();
  EXPECT_EQ(pair.system, CentralSpin::resonant(1, 1));
  EXPECT_TRUE(within_relative(pair.first_peak.t, std::numbers::pi / 2, 1e-15));
  EXPECT_TRUE(within(pair.samples[1].energy_per_wb, std::pow(std::sin(sample_times[1]), 2), 1e-15));
}

}  // namespace
}  // namespace qbatt::test
