#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <vector>

#include "cpu/spectral/population_ranking.hpp"
#include "support/comparisons.hpp"
#include "support/random_systems.hpp"

namespace qbatt::test {
namespace {

constexpr kernels::index long_chain = cpu::PopulationRanking::exact_levels + 1;

/// sum_j j p_j by sorting, in long double.
double sorted_level(std::vector<double> p) {
  std::ranges::sort(p, std::greater{});
  long double sum = 0;
  for (std::size_t j = 0; j < p.size(); ++j) sum += static_cast<long double>(j) * p[j];
  return static_cast<double>(sum);
}

double ranked_level(kernels::index dim, const std::vector<double>& p) {
  cpu::PopulationRanking ranking(dim, 2);
  const auto half = static_cast<int>(p.size() / 2);
  ranking.add(1, p.data() + half, static_cast<int>(p.size()) - half);
  ranking.add(0, p.data(), half);
  return ranking.passive_level();
}

/// Populations of a packet that is `width` levels wide, with ripples, the sum normalized.
std::vector<double> packet(std::size_t levels, double width) {
  std::vector<double> p(levels);
  double sum = 0.0;
  for (std::size_t k = 0; k < levels; ++k) {
    const double x = (static_cast<double>(k) - 0.6 * static_cast<double>(levels)) / width;
    p[k] = std::exp(-x * x) * (1.2 + std::cos(40 * x)) + 1e-20;
    sum += p[k];
  }
  std::ranges::for_each(p, [&](double& v) { v /= sum; });
  return p;
}

TEST(PopulationRanking, ByHandOnBothPaths) {
  const std::vector<double> p{0.1, 0.6, 0.3};
  EXPECT_TRUE(within(ranked_level(3, p), 0.5, 1e-15));
  EXPECT_TRUE(within(ranked_level(long_chain, p), 0.5, 1e-9));
}

TEST(PopulationRanking, TwoValuesInOneBinAreExact) {
  const std::vector<double> p{0.5, 0.5 * (1 + 0x1p-18)};
  EXPECT_TRUE(within_relative(ranked_level(long_chain, p), 0.5, 1e-9));
}

TEST(PopulationRanking, TheHistogramAgreesWithSorting) {
  for (const double width : {3.0, 300.0, 30'000.0, 300'000.0}) {
    const std::vector<double> p = packet(1'000'000, width);
    EXPECT_TRUE(within_relative(ranked_level(long_chain, p), sorted_level(p), 3e-10)) << width;
    EXPECT_TRUE(within_relative(ranked_level(1'000'000, p), sorted_level(p), 1e-12)) << width;
  }
}

TEST(PopulationRanking, TakesTheSmallestAndTheLargest) {
  const std::vector<double> p{1.0 + 1e-12, 1e-26, 2e-26};
  EXPECT_TRUE(within(ranked_level(long_chain, p), 4e-26, 1e-34));
}

}  // namespace
}  // namespace qbatt::test
