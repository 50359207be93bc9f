#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <vector>

#include "cuda/backend.hpp"
#include "kernels/cuda/runtime.hpp"
#include "qbatt/errors.hpp"
#include "support/comparisons.hpp"
#include "support/random_systems.hpp"

// Batches for which there turns out to be no room.
namespace qbatt::test {
namespace {

/// A stream gets no more than so much, whatever was granted, as if another process had taken the rest.
class LittleMemory {
public:
  explicit LittleMemory(std::size_t bytes) { cuda::MemoryInUse::limit = bytes; }
  ~LittleMemory() { cuda::MemoryInUse::limit = std::numeric_limits<std::size_t>::max(); }
};

std::vector<CentralSpin> mixed_sizes() {
  std::vector<CentralSpin> systems;
  for (std::int64_t n = 60; n > 0; --n) {
    systems.push_back(CentralSpin::resonant(n, n + 1));
    systems.push_back({.n_b = n, .n_c = 40, .m = 30, .ising = 0.3});
  }
  return systems;
}

TEST(OutOfMemory, BatchesAreTakenInHalves) {
  const std::vector<CentralSpin> systems = mixed_sizes();
  for (const Solver solver : {Solver::spectral, Solver::dense, Solver::chebyshev}) {
    Request request;
    request.solver = solver;
    const Table roomy = cuda::solve(systems, request);
    const LittleMemory taken(std::size_t{1} << 20);
    const Table tight = cuda::solve(systems, request);
    for (std::size_t i = 0; i < systems.size(); ++i) {
      EXPECT_TRUE(same_bits(tight.rows[i].t_opt, roomy.rows[i].t_opt)) << describe(systems[i]);
      EXPECT_TRUE(same_bits(tight.rows[i].error_bound, roomy.rows[i].error_bound)) << describe(systems[i]);
    }
  }
}

TEST(OutOfMemory, ASystemThatDoesNotFitIsAnError) {
  const LittleMemory taken(std::size_t{1} << 10);
  EXPECT_THROW(cuda::solve(mixed_sizes(), {}), BackendError);
}

/// The device has no more than so much for all streams.
class LittleDevice {
public:
  explicit LittleDevice(std::size_t bytes) { cuda::host_pool(0).set_limit(bytes); }
  ~LittleDevice() { cuda::host_pool(0).set_limit(std::numeric_limits<std::size_t>::max()); }
};

/// No two with a chain in common.
std::vector<CentralSpin> ensembles() {
  std::vector<CentralSpin> systems;
  for (int i = 0; i < 12; ++i) {
    const double omega = 1.0 + 0.01 * i;
    systems.push_back({.n_b = 9, .n_c = 30, .m = 9.5, .omega_c = omega, .charger_state = ChargerState::thermal});
    systems.push_back({.n_b = 20, .n_c = 30, .m = 15.5, .omega_c = omega, .charger_state = ChargerState::dephased});
  }
  systems.push_back({.n_b = 5, .n_c = 8, .m = 0, .charger_state = ChargerState::thermal});
  return systems;
}

// The chains of rows that are charged together stay on the device: where there is no room for all of them, for fewer there is.
TEST(OutOfMemory, EnsemblesAreChargedInHalves) {
  const std::vector<CentralSpin> systems = ensembles();
  for (const Solver solver : {Solver::spectral, Solver::dense}) {
    SCOPED_TRACE(to_string(solver));
    Request request;
    request.solver = solver;
    request.times = TimeGrid{.start = 0, .stop = 2, .count = 5, .unit = TimeUnit::optimum};
    std::vector<std::size_t> reports;
    request.progress = [&](std::size_t finished, std::size_t) { reports.push_back(finished); };
    cuda::host_pool(0).trim_to(0);
    cuda::host_pool(0).forget_most();
    const Table roomy = cuda::solve(systems, request);
    const std::size_t needed = cuda::host_pool(0).counts().most;
    cuda::host_pool(0).trim_to(0);
    cuda::host_pool(0).forget_most();
    reports.clear();
    const LittleDevice little(needed / 2);
    const Table tight = cuda::solve(systems, request);
    EXPECT_LE(cuda::host_pool(0).counts().most, needed / 2);
    ASSERT_FALSE(reports.empty());
    EXPECT_TRUE(std::ranges::is_sorted(reports));
    EXPECT_EQ(reports.back(), systems.size());
    for (std::size_t i = 0; i < systems.size(); ++i) {
      SCOPED_TRACE(describe(systems[i]));
      EXPECT_EQ(tight.rows[i].status, roomy.rows[i].status);
      EXPECT_TRUE(same_bits(tight.rows[i].t_opt, roomy.rows[i].t_opt));
      EXPECT_TRUE(same_bits(tight.rows[i].error_bound, roomy.rows[i].error_bound));
      for (std::size_t j = 0; j < roomy.series[i].t.size(); ++j)
        EXPECT_TRUE(same_bits(tight.series[i].values[j][Observable::entropy], roomy.series[i].values[j][Observable::entropy]));
    }
  }
}

TEST(OutOfMemory, AnEnsembleThatDoesNotFitIsAnError) {
  cuda::host_pool(0).trim_to(0);
  const LittleDevice little(std::size_t{1} << 12);
  EXPECT_THROW(cuda::solve(ensembles(), {}), BackendError);
}

}  // namespace
}  // namespace qbatt::test
