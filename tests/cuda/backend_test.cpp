#include "kernels/cuda/backend.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include <vector>

#include "qbatt/errors.hpp"
#include "support/comparisons.hpp"

// What the CUDA backend says to a request, seen on the host.
namespace qbatt::test {
namespace {

std::vector<CentralSpin> mixed_sizes() {
  std::vector<CentralSpin> systems;
  for (std::int64_t n = 60; n > 0; --n) {
    systems.push_back(CentralSpin::resonant(n, n + 1));
    systems.push_back({.n_b = n, .n_c = 40, .m = 30, .ising = 0.3});
  }
  systems.push_back({.n_b = 5, .n_c = 5, .m = 0});
  return systems;
}

// Each chunk holds one system or two.
TEST(CudaBackend, RowsDoNotDependOnTheMemory) {
  const std::vector<CentralSpin> systems = mixed_sizes();
  Request request;
  request.times = TimeGrid{.start = 0, .stop = 2, .count = 40, .unit = TimeUnit::optimum};
  const Table roomy = cuda::solve(systems, request);
  request.memory = std::int64_t{600} * 1024;
  const Table tight = cuda::solve(systems, request);
  for (std::size_t i = 0; i < systems.size(); ++i) {
    EXPECT_EQ(roomy.rows[i].status, tight.rows[i].status);
    EXPECT_TRUE(same_bits(tight.rows[i].t_opt, roomy.rows[i].t_opt));
    EXPECT_TRUE(same_bits(tight.rows[i].error_bound, roomy.rows[i].error_bound));
    EXPECT_TRUE(same_bits(tight.rows[i].at_optimum[Observable::entropy], roomy.rows[i].at_optimum[Observable::entropy]));
    for (std::size_t j = 0; j < 40; ++j) {
      EXPECT_TRUE(same_bits(tight.series[i].values[j][Observable::ergotropy], roomy.series[i].values[j][Observable::ergotropy]));
    }
  }
}

TEST(CudaBackend, RefusesMemoryThatHoldsNoSystem) {
  const std::vector<CentralSpin> systems = mixed_sizes();
  Request request;
  request.memory = 1000;
  EXPECT_THROW(cuda::solve(systems, request), InputError);
}

TEST(CudaBackend, RefusesADeviceThatIsNotThere) {
  const std::vector<CentralSpin> systems = mixed_sizes();
  Request request;
  request.devices = {0, 1};
  EXPECT_THROW(cuda::solve(systems, request), BackendError);
}

TEST(CudaBackend, RefusesASolverThatItLacks) {
  const std::vector<CentralSpin> systems = mixed_sizes();
  Request request;
  request.solver = Solver::spectral;
  EXPECT_THROW(cuda::solve(systems, request), InputError);
}

TEST(CudaBackend, CountsProgressToTheEnd) {
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

TEST(CudaBackend, RefusesTheGlobalOptimum) {
  Request request;
  request.optimum = OptimumRule::global;
  EXPECT_THROW(static_cast<void>(cuda::solve({}, request)), InputError);
}

}  // namespace
}  // namespace qbatt::test
