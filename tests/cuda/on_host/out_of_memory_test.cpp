#include <gtest/gtest.h>

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

}  // namespace
}  // namespace qbatt::test
