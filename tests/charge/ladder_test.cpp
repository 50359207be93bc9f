#include "charge/ladder.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>

#include "support/comparisons.hpp"

namespace qbatt::test {
namespace {

Offer offer(bool dense, bool known_to_costs = true) {
  return {.together = true,
          .known_to_costs = known_to_costs,
          .takes = [dense](Method method, const LevelChain&) { return method != Method::dense || dense; }};
}

/// All rungs of a system's ladder.
std::vector<Method> ladder(const CentralSpin& system, const Request& request, const Offer& offer) {
  const LevelChain chain = chain_of(system);
  std::vector<Method> methods{first_method(chain, request, offer)};
  const std::vector<Method> later = later_methods(chain, request, offer, methods.front());
  methods.insert(methods.end(), later.begin(), later.end());
  return methods;
}

Request by(Solver solver) {
  Request request;
  request.solver = solver;
  return request;
}

const CentralSpin short_chain{100, 200, 200, 1, 1, 1, 3};
const CentralSpin long_chain{2000, 4000, 4000, 1, 1, 1, 3};
const CentralSpin half_filled{10'000, 20'000, 10'000, 1, 1, 1, 0};

Request few_steps() {
  Request request;
  request.optimum = OptimumRule::none;
  request.threads = 1;
  request.times = TimeGrid{.start = 0, .stop = 6, .count = 64, .unit = TimeUnit::rabi};
  return request;
}

TEST(Ladder, ASolverThatIsNamedHasNoOtherBehindIt) {
  EXPECT_EQ(ladder(long_chain, by(Solver::dense), offer(true)), (std::vector{Method::dense}));
  EXPECT_EQ(ladder(long_chain, by(Solver::chebyshev), offer(true)), (std::vector{Method::chebyshev}));
  EXPECT_EQ(ladder(long_chain, by(Solver::spectral), offer(true)), (std::vector{Method::spectral}));
}

TEST(Ladder, SmallSystemsGoTogetherFirst) {
  const CentralSpin small = CentralSpin::resonant(7, 7);
  EXPECT_EQ(ladder(small, by(Solver::spectral), offer(true)), (std::vector{Method::together, Method::spectral}));
  EXPECT_EQ(ladder(small, {}, offer(true)), (std::vector{Method::together, Method::spectral, Method::dense}));
  Offer alone = offer(true);
  alone.together = false;
  EXPECT_EQ(ladder(small, {}, alone), (std::vector{Method::spectral, Method::dense}));
}

TEST(Ladder, BehindDenseAShortChainNeedsNoOther) {
  EXPECT_EQ(ladder(short_chain, {}, offer(true)), (std::vector{Method::spectral, Method::dense}));
  EXPECT_EQ(ladder(short_chain, {}, offer(false)), (std::vector{Method::spectral, Method::chebyshev}));
}

TEST(Ladder, DenseIsTriedWhereItIsThereAndTakesNoMinutes) {
  const auto tries_dense = [](std::int64_t n, bool there) {
    const std::vector<Method> methods = ladder({n, 2 * n, static_cast<double>(2 * n), 1, 1, 1, 3}, {}, offer(there));
    return std::ranges::find(methods, Method::dense) != methods.end();
  };
  EXPECT_TRUE(tries_dense(100, true));
  EXPECT_FALSE(tries_dense(100, false));
  EXPECT_FALSE(tries_dense(10'000, true));
}

TEST(Ladder, ABackendOfUnknownCostsTakesAFixedOrder) {
  EXPECT_EQ(ladder(long_chain, {}, offer(true, false)), (std::vector{Method::spectral, Method::chebyshev, Method::dense}));
  EXPECT_EQ(ladder(half_filled, few_steps(), offer(true, false)), (std::vector{Method::spectral, Method::chebyshev}));
}

TEST(Ladder, SpectralComesFirstForOptima) {
  for (const CentralSpin& system : {long_chain, half_filled, CentralSpin{3000, 3000, 3000, 1, 1, 1, 1}})
    EXPECT_EQ(first_method(chain_of(system), {}, offer(true)), Method::spectral) << describe(system);
}

// A short time of a long chain with thousands of pairs: measured, an expansion is several times as fast.
TEST(Ladder, AnExpansionComesFirstWhereFewOfItsStepsDo) {
  Request request = few_steps();
  EXPECT_EQ(ladder(half_filled, request, offer(true)), (std::vector{Method::chebyshev, Method::spectral}));
  EXPECT_EQ(forecast(half_filled, request).method, Method::chebyshev);
  request.times->stop = 1e6;
  EXPECT_EQ(first_method(chain_of(half_filled), request, offer(true)), Method::spectral);
}

TEST(Ladder, WhereAnExpansionComesFirstItsRowStands) {
  Request request = few_steps();
  request.times = TimeGrid{.start = 0, .stop = 3, .count = 4, .unit = TimeUnit::rabi};
  ASSERT_EQ(first_method(chain_of(half_filled), request, offer(true)), Method::chebyshev);
  const Table chosen = solve({&half_filled, 1}, request);
  request.solver = Solver::spectral;
  const Table other = solve({&half_filled, 1}, request);
  EXPECT_EQ(chosen.rows[0].solver, Solver::chebyshev);
  EXPECT_EQ(chosen.rows[0].status, Status::ok);
  for (std::size_t i = 0; i < 4; ++i) {
    const double allowed = 3.0 * (chosen.rows[0].error_bound + other.rows[0].error_bound);
    EXPECT_TRUE(within(chosen.series[0].values[i][Observable::energy_per_cell],
                       other.series[0].values[i][Observable::energy_per_cell], allowed));
  }
}

TEST(Ladder, WrongPairsAreRefusedAndRoundingIsNot) {
  constexpr double nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_FALSE(is_refused(1e-14, 1e-12));
  EXPECT_FALSE(is_refused(1e-9, 1e-7)) << "rounding is larger than what is wrong with the pairs";
  EXPECT_TRUE(is_refused(1e-3, 1.1e-3));
  EXPECT_TRUE(is_refused(nan, nan)) << "there is no result";
}

}  // namespace
}  // namespace qbatt::test
