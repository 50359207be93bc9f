#include <algorithm>

#include "contract/contract.hpp"
#include "support/comparisons.hpp"
#include "support/random_systems.hpp"
#include "support/tolerances.hpp"

// |Delta| > |A| without mirror symmetry: a barrier inside the chain, levels on both sides of it in pairs that may lie closer than
// rounding. What matched shooting cannot do, `auto` has another solver do.
namespace qbatt::test {
namespace {

/// N_b != N_c, |Delta| up to 4 |A|, detuned half of the time, some onto the resonance of the first level with the last.
CentralSpin asymmetric_doublet(Random& random, std::int64_t fewest, std::int64_t most) {
  CentralSpin s;
  s.n_b = random.integer(fewest, most);
  do {
    s.n_c = random.integer(fewest, most);
  } while (s.n_c == s.n_b);
  s.m = static_cast<double>(random.integer(0, 1) == 0 ? s.n_c : random.integer(1, s.n_c));
  s.coupling = random.uniform(0.3, 3.0) * (random.integer(0, 1) == 0 ? 1 : -1);
  s.ising = s.coupling * random.uniform(1.01, 4.0) * (random.integer(0, 1) == 0 ? 1 : -1);
  s.omega_b = random.uniform(0.5, 2.0);
  const double last = static_cast<double>(s.dim() - 1);
  const double resonance =
      s.omega_b + 2 * s.ising * (static_cast<double>(s.m) - last - 0.5 * static_cast<double>(s.n_c - s.n_b));  // diag(last) = 0
  switch (random.integer(0, 2)) {
    case 0:
      s.omega_c = s.omega_b;
      break;
    case 1:
      s.omega_c = s.omega_b + s.rabi() * random.uniform(-3.0, 3.0);
      break;
    default:
      s.omega_c = resonance;
  }
  return s;
}

std::vector<CentralSpin> asymmetric_doublets(std::uint64_t seed, std::size_t count, std::int64_t fewest, std::int64_t most) {
  Random random(seed);
  std::vector<CentralSpin> systems;
  while (systems.size() < count) systems.push_back(asymmetric_doublet(random, fewest, most));
  return systems;
}

std::vector<Row> rows_of(std::span<const CentralSpin> systems, Solver solver) {
  Request request;
  request.backend = Backend::cpu;
  request.solver = solver;
  return solve(systems, request).rows;
}

/// Every row `ok`, and within both bounds of the other solver's.
void expect_all_ok(std::span<const CentralSpin> systems, Solver judge) {
  const std::vector<Row> rows = rows_of(systems, Solver::automatic);
  const std::vector<Row> judged = rows_of(systems, judge);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    SCOPED_TRACE(describe(systems[i]));
    EXPECT_EQ(to_string(rows[i].status), "ok");
    EXPECT_EQ(to_string(judged[i].status), "ok");
    EXPECT_TRUE(at_most(rows[i].error_bound, default_tolerance(systems[i].dim())));
    EXPECT_TRUE(within_relative(rows[i].t_opt, judged[i].t_opt, tolerance::t_opt));
    EXPECT_TRUE(within(rows[i].at_optimum[Observable::energy_per_cell], judged[i].at_optimum[Observable::energy_per_cell],
                       tolerance::allowed_by(rows[i].error_bound) + tolerance::allowed_by(judged[i].error_bound)));
  }
}

TEST(AsymmetricDoublets, AreAllSolvedUnderAutomatic) {
  expect_all_ok(asymmetric_doublets(81, 200, 2, 299), safest_solver());
}

TEST(AsymmetricDoublets, AreAllSolvedWhereNoMatrixIsDiagonalized) {
  expect_all_ok(asymmetric_doublets(82, 12, 3'000, 20'000), Solver::chebyshev);
}

// Without somebody to hand over to there would be nothing to test.
TEST(AsymmetricDoublets, SomeAreBeyondShooting) {
  const std::vector<Row> rows = rows_of(asymmetric_doublets(81, 200, 2, 299), Solver::spectral);
  EXPECT_GT(std::ranges::count_if(rows, [](const Row& row) { return row.status != Status::ok; }), 5);
}

}  // namespace
}  // namespace qbatt::test
