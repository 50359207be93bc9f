#include "cuda/backend.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <span>
#include <stop_token>
#include <vector>

#include "cuda/device_streams.hpp"
#include "cuda/device_test.hpp"
#include "qbatt/errors.hpp"
#include "support/comparisons.hpp"
#include "support/random_systems.hpp"
#include "support/tolerances.hpp"

// What the CUDA backend says to a request.
namespace qbatt::test {
namespace {

class CudaBackend : public DeviceTest {};

std::vector<CentralSpin> mixed_sizes() {
  std::vector<CentralSpin> systems;
  for (std::int64_t n = 60; n > 0; --n) {
    systems.push_back(CentralSpin::resonant(n, n + 1));
    systems.push_back({.n_b = n, .n_c = 40, .m = 30, .ising = 0.3});
  }
  systems.push_back({.n_b = 5, .n_c = 5, .m = 0});
  return systems;
}

// Each batch holds one system or two.
TEST_F(CudaBackend, RowsDoNotDependOnTheMemory) {
  const std::vector<CentralSpin> systems = mixed_sizes();
  Request request;
  request.times = TimeGrid{.start = 0, .stop = 2, .count = 40, .unit = TimeUnit::optimum};
  const Table roomy = cuda::solve(systems, request);
  request.cuda.memory = std::int64_t{600} * 1024;
  const Table tight = cuda::solve(systems, request);
  for (std::size_t i = 0; i < systems.size(); ++i) {
    EXPECT_EQ(roomy.rows[i].status, tight.rows[i].status);
    EXPECT_TRUE(same_bits(tight.rows[i].t_opt, roomy.rows[i].t_opt));
    EXPECT_TRUE(same_bits(tight.rows[i].error_bound, roomy.rows[i].error_bound));
    EXPECT_TRUE(same_bits(tight.rows[i].at_optimum[Observable::entropy], roomy.rows[i].at_optimum[Observable::entropy]));
    for (std::size_t j = 0; j < 40; ++j)
      EXPECT_TRUE(same_bits(tight.series[i].values[j][Observable::ergotropy], roomy.series[i].values[j][Observable::ergotropy]));
  }
}

TEST_F(CudaBackend, RefusesMemoryThatHoldsNoSystem) {
  const std::vector<CentralSpin> systems = mixed_sizes();
  Request request;
  request.cuda.memory = 1000;
  EXPECT_THROW(cuda::solve(systems, request), InputError);
}

// As much as holds any of these systems, but not a hundredth of it.
TEST_F(CudaBackend, ProcessesOfADeviceDivideItsMemory) {
  const std::vector<CentralSpin> systems = mixed_sizes();
  Request request;
  request.cuda.memory = std::int64_t{600} * 1024;
  EXPECT_EQ(cuda::solve(systems, request).rows.size(), systems.size());
  request.cuda.processes_a_device = 100;
  EXPECT_THROW(cuda::solve(systems, request), InputError);
  *request.cuda.memory *= 100;
  EXPECT_EQ(cuda::solve(systems, request).rows.size(), systems.size());
}

// Streams, with their handles and page-locked memory, are kept from call to call, also when a call fails.
TEST_F(CudaBackend, MakesItsStreamsOnce) {
  const std::vector<CentralSpin> systems = mixed_sizes();
  Request request;
  cuda::solve(systems, request);
  const std::size_t made = cuda::streams_made();
  EXPECT_GE(made, 2U);
  for (const Solver solver : {Solver::spectral, Solver::dense, Solver::chebyshev}) {
    request.solver = solver;
    cuda::solve(systems, request);
    cuda::solve(std::span(systems).first(1), request);
  }
  request.cuda.memory = 1000;
  EXPECT_THROW(cuda::solve(systems, request), InputError);
  request.cuda.memory.reset();
  cuda::solve(systems, request);
  EXPECT_EQ(cuda::streams_made(), made);
}

TEST_F(CudaBackend, RefusesADeviceThatIsNotThere) {
  const std::vector<CentralSpin> systems = mixed_sizes();
  Request request;
  request.cuda.devices = {0, cuda::device_count()};
  EXPECT_THROW(cuda::solve(systems, request), BackendError);
}

// Beyond |Delta| = A a barrier stands inside the chain, without mirror symmetry: vectors on both sides of it, of which shooting
// sees one.
std::vector<CentralSpin> barriers_and_none() {
  std::vector<CentralSpin> systems;
  for (const double ising : {0.5, 1.5, 2.0, 3.0}) {
    for (const std::int64_t m : {150, 180, 199}) {
      systems.push_back({.n_b = 200, .n_c = 201, .m = static_cast<double>(m), .ising = ising});
      systems.push_back({.n_b = 200, .n_c = 200, .m = static_cast<double>(m), .omega_c = 1.3, .ising = -ising});
    }
  }
  return systems;
}

TEST_F(CudaBackend, LeavesWrongPairsToTheDenseSolver) {
  const std::vector<CentralSpin> systems = barriers_and_none();
  Request request;
  request.times = TimeGrid{.start = 0, .stop = 20, .count = 40, .unit = TimeUnit::rabi};
  request.populations = true;
  const Table automatic = cuda::solve(systems, request);
  request.solver = Solver::spectral;
  const Table spectral = cuda::solve(systems, request);
  std::size_t left = 0;
  for (std::size_t i = 0; i < systems.size(); ++i) {
    const Row& row = automatic.rows[i];
    EXPECT_EQ(row.status, Status::ok) << describe(systems[i]);
    EXPECT_EQ(automatic.series[i].populations.size(), 40 * static_cast<std::size_t>(systems[i].dim()));
    left += row.solver == Solver::dense ? 1 : 0;
    EXPECT_EQ(row.solver == Solver::dense, spectral.rows[i].status != Status::ok) << describe(systems[i]);
  }
  EXPECT_GT(left, 0U) << "nothing here is left to the dense solver";
  EXPECT_LT(left, systems.size());
}

TEST_F(CudaBackend, HoldsFewPairsOfALongChain) {
  Request request;
  request.solver = Solver::spectral;
  const std::vector<CentralSpin> systems{CentralSpin::resonant(2000, 2000), CentralSpin::resonant(1500, 1777)};
  for (const Row& row : cuda::solve(systems, request).rows) {
    EXPECT_EQ(row.status, Status::ok) << describe(row.system);
    EXPECT_TRUE(between(static_cast<double>(row.n_eig), 100, 260)) << describe(row.system);
  }
}

// ... and, where they are longer, to expansions.
TEST_F(CudaBackend, LeavesWrongPairsOfLongerChainsToExpansions) {
  std::vector<CentralSpin> systems;
  for (const double ising : {0.5, 2.0, 3.0}) {
    systems.push_back({.n_b = 400, .n_c = 401, .m = 350, .ising = ising});
    systems.push_back({.n_b = 400, .n_c = 400, .m = 399, .omega_c = 1.3, .ising = -ising});
  }
  Request request;
  request.times = TimeGrid{.start = 0, .stop = 20, .count = 40, .unit = TimeUnit::rabi};
  std::vector<std::size_t> counts;
  request.progress = [&](std::size_t finished, std::size_t) { counts.push_back(finished); };
  const Table automatic = cuda::solve(systems, request);
  EXPECT_EQ(counts.back(), systems.size());
  request.solver = Solver::spectral;
  const Table spectral = cuda::solve(systems, request);
  std::size_t left = 0;
  for (std::size_t i = 0; i < systems.size(); ++i) {
    const Row& row = automatic.rows[i];
    EXPECT_EQ(row.status, Status::ok) << describe(systems[i]);
    left += row.solver == Solver::chebyshev ? 1 : 0;
    EXPECT_EQ(row.solver == Solver::chebyshev, spectral.rows[i].status != Status::ok) << describe(systems[i]);
  }
  EXPECT_GT(left, 0U) << "nothing here is left to expansions";
  EXPECT_LT(left, systems.size());
}

TEST_F(CudaBackend, CountsProgressToTheEnd) {
  const std::vector<CentralSpin> systems = mixed_sizes();
  Request request;
  std::vector<std::size_t> counts;
  request.progress = [&](std::size_t finished, std::size_t total) {
    EXPECT_EQ(total, systems.size());
    counts.push_back(finished);
  };
  cuda::solve(systems, request);
  EXPECT_TRUE(std::ranges::is_sorted(counts));
  ASSERT_FALSE(counts.empty());
  EXPECT_EQ(counts.back(), systems.size());
}

// The second is planned while the first waits for its turn, and ends first.
TEST_F(CudaBackend, PlansAheadOfItsTurn) {
  const std::vector<CentralSpin> systems = mixed_sizes();
  const auto few = std::span(systems).last(9);
  std::vector<std::size_t> counts;
  Request request;
  request.progress = [&](std::size_t finished, std::size_t) { counts.push_back(finished); };
  const auto first = cuda::prepare(systems, request, {});
  const auto second = cuda::prepare(few, request, {});
  EXPECT_TRUE(counts.empty()) << "it reports before its turn";
  const Table rest = second->solve();
  ASSERT_FALSE(counts.empty());
  EXPECT_EQ(counts.back(), few.size());
  const Table all = first->solve();
  EXPECT_EQ(counts.back(), systems.size());
  for (std::size_t i = 0; i < few.size(); ++i) {
    const Row& row = all.rows[systems.size() - few.size() + i];
    EXPECT_EQ(rest.rows[i].status, row.status);
    EXPECT_TRUE(same_bits(rest.rows[i].t_opt, row.t_opt)) << describe(row.system);
    EXPECT_TRUE(same_bits(rest.rows[i].error_bound, row.error_bound)) << describe(row.system);
  }
}

// What was planned need not be solved; what cannot be planned is an error at its turn.
TEST_F(CudaBackend, PlansInVain) {
  const std::vector<CentralSpin> systems = mixed_sizes();
  Request request;
  { const auto unused = cuda::prepare(systems, request, {}); }
  std::stop_source stop;
  request.stop = stop.get_token();
  const auto stopped = cuda::prepare(systems, request, {});
  stop.request_stop();
  EXPECT_THROW(stopped->solve(), Interrupted);
  request.stop = {};
  request.cuda.memory = 1000;
  const auto too_large = cuda::prepare(systems, request, {});
  EXPECT_THROW(too_large->solve(), InputError);
}

TEST_F(CudaBackend, TheGlobalOptimumOfABatchIsThatOfEachByItself) {
  const std::vector<CentralSpin> systems{{.n_b = 2, .n_c = 3, .m = 3},
                                         {.n_b = 9, .n_c = 9, .m = 9},
                                         {.n_b = 5, .n_c = 5, .m = 0},
                                         {.n_b = 40, .n_c = 50, .m = 45, .ising = 0.3}};
  for (const Solver solver : {Solver::spectral, Solver::chebyshev, Solver::dense}) {
    Request request;
    request.solver = solver;
    request.optimum = OptimumRule::global;
    request.window = 2;
    const Table together = cuda::solve(systems, request);
    request.backend = Backend::cpu;
    request.solver = Solver::automatic;
    const Table expected = qbatt::solve(systems, request);
    for (std::size_t i = 0; i < systems.size(); ++i) {
      SCOPED_TRACE(describe(systems[i]) + ", " + std::string(to_string(solver)));
      EXPECT_EQ(together.rows[i].status, expected.rows[i].status);
      if (expected.rows[i].status != Status::no_peak)
        EXPECT_TRUE(within_relative(together.rows[i].t_opt, expected.rows[i].t_opt, tolerance::t_opt));
    }
    request.solver = solver;
    const Row alone = cuda::solve({&systems[1], 1}, request).rows[0];
    EXPECT_TRUE(same_bits(together.rows[1].t_opt, alone.t_opt) || solver == Solver::dense);  // whose eigenpairs depend on the batch
  }
}

TEST_F(CudaBackend, AWindowOfTooManyOscillationsFailsItsOwnRowAlone) {
  Request request;
  request.optimum = OptimumRule::global;
  request.window = 3;
  const std::vector<CentralSpin> systems{{.n_b = 3, .n_c = 3, .m = 3}, {.n_b = 3, .n_c = 3, .m = 3, .omega_c = 1e9}};
  const Table table = cuda::solve(systems, request);
  EXPECT_EQ(table.rows[0].status, Status::ok);
  EXPECT_EQ(table.rows[1].status, Status::failed);
  EXPECT_EQ(table.rows[1].failure, Failure::window);
}

}  // namespace
}  // namespace qbatt::test
