#include <array>

#include "contract/contract.hpp"
#include "support/comparisons.hpp"
#include "support/tolerances.hpp"

// Chebyshev expansions and eigenpairs share neither algorithm nor error: where no matrix can be diagonalized, each judges the
// other.
namespace qbatt::test {
namespace {

struct Pair {
  Table spectral;
  Table chebyshev;
};

Pair solve_both(const CentralSpin& system, std::optional<TimeGrid> times) {
  Request request;
  request.times = times;
  request.populations = true;
  request.solver = Solver::spectral;
  Pair pair;
  pair.spectral = solve(std::array{system}, request);
  request.solver = Solver::chebyshev;
  pair.chebyshev = solve(std::array{system}, request);
  EXPECT_EQ(pair.chebyshev.rows[0].n_eig, 0);
  EXPECT_GT(pair.spectral.rows[0].n_eig, 0);
  return pair;
}

void expect_agreement(const CentralSpin& system, std::optional<TimeGrid> times = std::nullopt) {
  SCOPED_TRACE(describe(system));
  const Pair both = solve_both(system, times);
  const Row& a = both.spectral.rows[0];
  const Row& b = both.chebyshev.rows[0];
  EXPECT_EQ(to_string(a.status), "ok");
  EXPECT_EQ(to_string(b.status), "ok");
  EXPECT_TRUE(within_relative(a.t_opt, b.t_opt, tolerance::t_opt));
  const double allowed = tolerance::allowed_by(a.error_bound) + tolerance::allowed_by(b.error_bound);
  using enum Observable;
  EXPECT_TRUE(within(a.at_optimum[energy_per_cell], b.at_optimum[energy_per_cell], std::min(allowed, energy_tolerance(system))));
  EXPECT_TRUE(within(a.at_optimum[entropy], b.at_optimum[entropy], tolerance::entropy));
  EXPECT_TRUE(within(a.at_optimum[p_full], b.at_optimum[p_full], allowed));
  if (!times) return;
  const Series& s = both.spectral.series[0];
  const Series& c = both.chebyshev.series[0];
  for (std::size_t i = 0; i < s.t.size(); ++i) {
    const double at_time = tolerance::allowed_by(s.error_bound[i]) + tolerance::allowed_by(c.error_bound[i]);
    EXPECT_TRUE(within(s.values[i][energy_per_cell], c.values[i][energy_per_cell], at_time)) << "time " << i;
    for (std::size_t k = 0; k < static_cast<std::size_t>(system.dim()); ++k)
      ASSERT_TRUE(within(populations_at(s, i)[k], populations_at(c, i)[k], at_time)) << "time " << i << ", k = " << k;
  }
}

TEST(CrossCheck, TenThousandSpins) {
  expect_agreement(CentralSpin::resonant(10'000, 10'000), grid(0, 1.5, 4, TimeUnit::optimum));
}

TEST(CrossCheck, LongChainsWithoutSymmetry) {
  expect_agreement(CentralSpin::resonant(8'000, 11'000));
  expect_agreement({.n_b = 6'000, .n_c = 7'000, .m = 5'000, .omega_b = 1, .omega_c = 900, .ising = 0.4});
}

// The state stays within a few dozen levels of its end.
TEST(CrossCheck, LongDoublets) {
  expect_agreement({.n_b = 20'000, .n_c = 25'000, .m = 25'000, .ising = 1.5});
  expect_agreement({.n_b = 30'000, .n_c = 20'000, .m = 20'000, .omega_c = 20, .ising = -3});
}

}  // namespace
}  // namespace qbatt::test
