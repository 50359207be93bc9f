#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <optional>
#include <vector>

#include "cuda/backend.hpp"
#include "cuda/device_test.hpp"
#include "support/comparisons.hpp"
#include "support/random_systems.hpp"
#include "support/tolerances.hpp"

// Sets of systems that bring out the rarer stages, and budgets of memory, beside the CPU.
namespace qbatt::test {
namespace {

class SystemsTest : public DeviceTest {
protected:
  /// What the CPU says of them, without populations.
  static Table by_the_cpu(const std::vector<CentralSpin>& systems, Request request) {
    request.backend = Backend::cpu;
    request.populations = false;
    return qbatt::solve(systems, request);
  }
};

void expect_close(const Row& actual, const Row& expected) {
  using enum Observable;
  EXPECT_TRUE(within_relative(actual.t_opt, expected.t_opt, tolerance::t_opt));
  EXPECT_TRUE(within(actual.at_optimum[energy_per_cell], expected.at_optimum[energy_per_cell], tolerance::energy_per_cell));
}

void expect_close(const Series& actual, const Series& expected, const CentralSpin& system) {
  using enum Observable;
  const double full = static_cast<double>(system.n_b) * system.omega_b;
  ASSERT_EQ(actual.t.size(), expected.t.size());
  for (std::size_t i = 0; i < expected.t.size(); ++i) {
    EXPECT_TRUE(within(actual.values[i][energy_per_cell], expected.values[i][energy_per_cell], tolerance::energy_per_cell)) << i;
    EXPECT_TRUE(within(actual.values[i][ergotropy] / full, expected.values[i][ergotropy] / full, tolerance::of_populations)) << i;
  }
}

/// How many of the rows are right on both.
std::size_t expect_close(const Table& actual, const Table& expected) {
  std::size_t compared = 0;
  for (std::size_t i = 0; i < expected.rows.size(); ++i) {
    if (actual.rows[i].status != Status::ok || expected.rows[i].status != Status::ok) continue;
    SCOPED_TRACE(describe(expected.rows[i].system));
    expect_close(actual.rows[i], expected.rows[i]);
    if (!expected.series.empty()) expect_close(actual.series[i], expected.series[i], expected.rows[i].system);
    ++compared;
  }
  return compared;
}

void expect_same_bits(const Table& actual, const Table& expected) {
  for (std::size_t i = 0; i < expected.rows.size(); ++i) {
    SCOPED_TRACE(describe(expected.rows[i].system));
    ASSERT_EQ(actual.rows[i].status, expected.rows[i].status);
    EXPECT_TRUE(same_bits(actual.rows[i].t_opt, expected.rows[i].t_opt));
    EXPECT_TRUE(same_bits(actual.rows[i].error_bound, expected.rows[i].error_bound));
    for (std::size_t j = 0; !expected.series.empty() && j < expected.series[i].t.size(); ++j)
      for (std::size_t o = 0; o < observable_count; ++o)
        ASSERT_TRUE(same_bits(actual.series[i].values[j][static_cast<Observable>(o)],
                              expected.series[i].values[j][static_cast<Observable>(o)]))
            << "time " << j << ", observable " << o;
  }
}

Request at_times(Solver solver, double stop, std::int64_t count) {
  Request request;
  request.solver = solver;
  request.times = TimeGrid{.start = 0, .stop = stop, .count = count, .unit = TimeUnit::optimum};
  return request;
}

/// Random ones, and sizes around a warp, a segment and a tile.
std::vector<CentralSpin> mixed_systems() {
  std::vector<CentralSpin> systems = random_systems(11, 20, 40);
  for (const std::int64_t n : {1, 2, 31, 32, 33, 64, 140}) {
    systems.push_back(CentralSpin::resonant(n, n));
    systems.push_back({.n_b = n, .n_c = n + 3, .m = static_cast<double>(n), .omega_c = 1.1, .ising = 0.2});
  }
  return systems;
}

// 45 times are cut into two slabs; a few megabytes hold some systems at a time.
TEST_F(SystemsTest, MixedSizesAgreeWithTheCpuWhateverTheMemory) {
  const std::vector<CentralSpin> systems = mixed_systems();
  for (const Solver solver : {Solver::dense, Solver::spectral, Solver::chebyshev, Solver::automatic}) {
    SCOPED_TRACE(to_string(solver));
    Request request = at_times(solver, 2.0, 45);
    request.populations = true;
    request.cuda.dense_routine = solver == Solver::automatic ? DenseRoutine::syev : DenseRoutine::syevj;
    const Table roomy = cuda::solve(systems, request);
    const Table expected = by_the_cpu(systems, request);
    EXPECT_GE(expect_close(roomy, expected), systems.size() * 3 / 4);
    request.cuda.memory = 3'000'000;
    expect_same_bits(cuda::solve(systems, request), roomy);
  }
}

// A few hundred kilobytes hold some chains at a time.
TEST_F(SystemsTest, EnsemblesAgreeWithTheCpuWhateverTheMemory) {
  std::vector<CentralSpin> systems;
  for (const double m : {3.3, 7.5, 20.0, 29.9}) {
    systems.push_back({.n_b = 9, .n_c = 30, .m = m, .charger_state = ChargerState::thermal});
    systems.push_back({.n_b = 40, .n_c = 30, .m = m, .ising = 0.2, .charger_state = ChargerState::dephased});
    systems.push_back({.n_b = 20, .n_c = 30, .m = std::floor(m)});
    systems.push_back({.n_b = 6, .n_c = 0, .m = m, .charger = Charger::boson, .charger_state = ChargerState::thermal});
  }
  for (const Solver solver : {Solver::dense, Solver::spectral, Solver::automatic}) {
    SCOPED_TRACE(to_string(solver));
    Request request = at_times(solver, 2.0, 45);
    request.populations = true;
    const Table roomy = cuda::solve(systems, request);
    EXPECT_EQ(expect_close(roomy, by_the_cpu(systems, request)), systems.size());
    request.cuda.memory = 4'000'000;
    expect_same_bits(cuda::solve(systems, request), roomy);
  }
}

// Several hundred long rows are sorted at once, as in any sweep with times: the systems differ in their unit of energy alone, so
// that all of them share a batch.
TEST_F(SystemsTest, SixteenOf2000LevelsAgreeWithTheCpu) {
  std::vector<CentralSpin> systems;
  for (int i = 0; i < 16; ++i) {
    const double omega = 1.0 + 0.01 * i;
    systems.push_back({.n_b = 2000, .n_c = 2001, .m = 2001, .omega_b = omega, .omega_c = omega});
  }
  const Request request = at_times(Solver::spectral, 1.5, 32);
  EXPECT_EQ(expect_close(cuda::solve(systems, request), by_the_cpu(systems, request)), systems.size());
}

// More levels than a team takes, and fewer than are cut into segments: batches of pairs.
TEST_F(SystemsTest, LongerThanATeamTakesAgreesWithTheCpu) {
  const std::vector<CentralSpin> systems{CentralSpin::resonant(4200, 4500), {.n_b = 4200, .n_c = 4300, .m = 4300, .omega_c = 30.0}};
  const Request request = at_times(Solver::spectral, 1.5, 4);
  const Table both = cuda::solve(systems, request);
  EXPECT_EQ(expect_close(both, by_the_cpu(systems, request)), systems.size());
  // In a batch of two, and alone.
  const std::vector<CentralSpin> two{systems[0], systems[0]};
  const Table batch = cuda::solve(two, request);
  for (std::size_t i = 0; i < two.size(); ++i)
    expect_same_bits({{batch.rows[i]}, {batch.series[i]}}, {{both.rows[0]}, {both.series[0]}});
}

// First legs of more levels than a warp holds with four each.
TEST_F(SystemsTest, FirstLegsOf129To135LevelsAgreeWithTheCpu) {
  const std::vector<CentralSpin> systems{{.n_b = 1546, .n_c = 1546, .m = 131, .omega_c = 0.0948941, .ising = 0.08341},
                                         {.n_b = 130, .n_c = 1301, .m = 780, .omega_c = 1.5, .ising = -1},
                                         {.n_b = 167, .n_c = 218, .m = 130, .omega_c = 3, .ising = 0.01},
                                         {.n_b = 172, .n_c = 224, .m = 134, .omega_c = 1.01, .ising = 1e-6},
                                         {.n_b = 214, .n_c = 215, .m = 129, .omega_c = -5, .ising = 0.01}};
  const Request request = at_times(Solver::chebyshev, 1.5, 8);
  EXPECT_EQ(expect_close(cuda::solve(systems, request), by_the_cpu(systems, request)), systems.size());
}

TEST_F(SystemsTest, MixedSizesInShortSegmentsAgreeWithTheCpu) {
  const std::vector<CentralSpin> systems = mixed_systems();
  const Request request = at_times(Solver::spectral, 2.0, 12);
  const Table actual = cuda::solve(systems, request, {}, {.least_levels = 2, .least_segment = 5});
  EXPECT_GE(expect_close(actual, by_the_cpu(systems, request)), systems.size() * 3 / 4);
}

// With and without a constant diagonal; the deepest bonds are searched for in every segment.
TEST_F(SystemsTest, LongSegmentsAgreeWithTheCpu) {
  const std::vector<CentralSpin> systems{{.n_b = 6000, .n_c = 7000, .m = 6500, .omega_c = 300.0, .ising = 0.01},
                                         CentralSpin::resonant(9000, 12'000)};
  Request request;
  request.solver = Solver::spectral;
  const Table actual = cuda::solve(systems, request, {}, {.least_levels = 4000, .least_segment = 1024});
  EXPECT_EQ(expect_close(actual, by_the_cpu(systems, request)), systems.size());
}

// Of the vectors of a long chain as many segments are held as memory allows.
TEST_F(SystemsTest, WindowsOfALongChainChangeNoBit) {
  const std::vector<CentralSpin> systems{CentralSpin::resonant(9000, 12'000)};
  const cuda::LongChains in_segments{.least_levels = 4000, .least_segment = 256};
  Request request = at_times(Solver::spectral, 1.5, 4);
  const Table roomy = cuda::solve(systems, request, {}, in_segments);
  EXPECT_EQ(expect_close(roomy, by_the_cpu(systems, request)), systems.size());
  request.cuda.memory = 30'000'000;
  expect_same_bits(cuda::solve(systems, request, {}, in_segments), roomy);
}

}  // namespace
}  // namespace qbatt::test
