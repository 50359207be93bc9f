#include <algorithm>

#include "contract/contract.hpp"
#include "support/comparisons.hpp"
#include "support/random_systems.hpp"
#include "support/tolerances.hpp"

// A backend against the CPU's, which finds pairs, energies and peaks by other code on top of the same recurrences.
namespace qbatt::test {
namespace {

/// Random ones, and every kind of chain at a size where few of many pairs matter.
std::vector<CentralSpin> compared_systems() {
  std::vector<CentralSpin> systems = random_systems(67, 60, 60);
  for (const std::int64_t n : {32, 33, 100, 161, 512}) {
    systems.push_back(CentralSpin::resonant(n, n));
    systems.push_back(CentralSpin::resonant(n, n + 1));
    systems.push_back({.n_b = n, .n_c = n + 3, .m = static_cast<double>(n), .omega_c = 1.1});
    systems.push_back({.n_b = n, .n_c = n, .m = static_cast<double>(n), .ising = 0.4});
  }
  return systems;
}

Request optimum_and_times(const std::optional<Backend>& backend) {
  Request request;
  request.times = grid(0, 1.5, 9, TimeUnit::optimum);
  if (backend) request.backend = *backend;
  return request;
}

void expect_same_energies(const Series& actual, const Series& expected, double tolerated) {
  for (std::size_t i = 0; i < expected.t.size(); ++i) {
    EXPECT_TRUE(within(actual.values[i][Observable::energy_per_cell], expected.values[i][Observable::energy_per_cell], tolerated))
        << i;
    EXPECT_TRUE(within(actual.values[i][Observable::entropy], expected.values[i][Observable::entropy], tolerance::entropy)) << i;
  }
}

class AgainstCpu : public Contract {
protected:
  /// How many of the rows were compared: those that the backend says are right.
  static std::size_t expect_same(const Table& actual, const Table& expected);
};

INSTANTIATE_TEST_SUITE_P(Every, AgainstCpu, testing::ValuesIn(implementations()),
                         [](const auto& test) { return test.param.name(); });

std::size_t AgainstCpu::expect_same(const Table& actual, const Table& expected) {
  constexpr double tolerated = 1e-12;
  std::size_t compared = 0;
  for (std::size_t i = 0; i < expected.rows.size(); ++i) {
    SCOPED_TRACE(describe(expected.rows[i].system));
    const Row& a = actual.rows[i];
    const Row& e = expected.rows[i];
    if (!expect_ok(a) || a.status == Status::no_peak) continue;
    EXPECT_TRUE(within_relative(a.t_opt, e.t_opt, tolerance::t_opt));
    using enum Observable;
    EXPECT_TRUE(within(a.at_optimum[energy_per_cell], e.at_optimum[energy_per_cell], tolerated));
    EXPECT_TRUE(within(a.at_optimum[entropy], e.at_optimum[entropy], tolerance::entropy));
    if (!expected.series.empty()) expect_same_energies(actual.series[i], expected.series[i], tolerated);
    ++compared;
  }
  return compared;
}

TEST_P(AgainstCpu, AgreesWithTheCpu) {
  const std::vector<CentralSpin> systems = compared_systems();
  const Table actual = solve(systems, optimum_and_times({}));
  EXPECT_GT(expect_same(actual, qbatt::solve(systems, optimum_and_times(Backend::cpu))), systems.size() / 2);
}

/// Chains that a backend takes apart: by expansions beyond one tile, by shooting in segments; by dense matrices as long as they
/// take a second.
std::vector<CentralSpin> long_chains(const Implementation& implementation) {
  if (implementation.solver == Solver::dense) return {CentralSpin::resonant(600, 600)};
  if (implementation.name() == "cuda_spectral" || implementation.name() == "cuda_on_host_spectral")
    return {CentralSpin::resonant(140'000, 140'000), CentralSpin::resonant(150'000, 131'072)};
  return {CentralSpin::resonant(3000, 3100), {.n_b = 1800, .n_c = 1900, .m = 1700, .omega_c = 5.0, .ising = 0.3}};
}

TEST_P(AgainstCpu, AgreesWithTheCpuOnLongChains) {
  const std::vector<CentralSpin> systems = long_chains(GetParam());
  Request request;
  const Table actual = solve(systems, request);
  request.backend = Backend::cpu;
  EXPECT_EQ(expect_same(actual, qbatt::solve(systems, request)), systems.size());
}

}  // namespace
}  // namespace qbatt::test
