#include "cost/cost_model.hpp"

#include <gtest/gtest.h>

#include "support/comparisons.hpp"

namespace qbatt::test {
namespace {

Request by(Solver solver) {
  Request request;
  request.solver = solver;
  return request;
}

double pairs_found(const CentralSpin& system) {
  return static_cast<double>(solve({&system, 1}, by(Solver::spectral)).rows[0].n_eig);
}

// 4 instructions in each of 4 passes of every pair through the levels: all of them, or half of a mirror chain.
TEST(DeviceCost, SpectralTakesAllPairsThroughTheLevelsThatAreKept) {
  const CentralSpin whole{.n_b = 900, .n_c = 1000, .m = 1000, .omega_c = 1.5};
  const CentralSpin mirrored = CentralSpin::resonant(999, 999);
  EXPECT_TRUE(within_relative(least_fp64_instructions(whole, {}), 16 * 901 * pairs_found(whole), 0.1));
  EXPECT_TRUE(within_relative(least_fp64_instructions(mirrored, {}), 16 * 500 * pairs_found(mirrored), 0.1));
}

TEST(DeviceCost, OfTheOtherSolvers) {
  const CentralSpin system = CentralSpin::resonant(299, 299);
  EXPECT_TRUE(within_relative(least_fp64_instructions(system, by(Solver::dense)), 18e6, 1e-12));
  // An expansion of order R > 1 on up to 300 levels, each second entry of which vanishes.
  EXPECT_TRUE(between(least_fp64_instructions(system, by(Solver::chebyshev)), 3 * 150, 3 * 150 * 10'000));
}

TEST(DeviceCost, NothingMovesForNothing) {
  EXPECT_EQ(least_fp64_instructions({.n_b = 5, .n_c = 5, .m = 0}, {}), 0);
}

}  // namespace
}  // namespace qbatt::test
