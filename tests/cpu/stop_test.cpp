#include <gtest/gtest.h>

#include <chrono>
#include <thread>

#include "cpu/spectral/spectral_energy.hpp"
#include "qbatt/errors.hpp"
#include "qbatt/solve.hpp"

// A stop ends solve() inside one system that would take minutes or hours; where it did not, CTest would end the test.
namespace qbatt::test {
namespace {

void expect_interrupted(const CentralSpin& system, Request request) {
  std::stop_source source;
  request.stop = source.get_token();
  request.backend = Backend::cpu;
  const std::jthread later([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    source.request_stop();
  });
  EXPECT_THROW(static_cast<void>(solve({&system, 1}, request)), Interrupted);
}

Request by(Solver solver, int threads) {
  Request request;
  request.solver = solver;
  request.threads = threads;
  return request;
}

TEST(Stop, EndsTheSearchForEigenvaluesOfAHugeSystem) {
  for (const int threads : {1, 2})
    expect_interrupted(CentralSpin::resonant(1'000'000'000, 1'000'000'000), by(Solver::spectral, threads));
}

TEST(Stop, EndsTheSearchForEigenvaluesOfAHugeSystemOfManyPairs) {
  expect_interrupted(CentralSpin{.n_b = 10'000'000, .n_c = 20'000'000, .m = 15'000'000}, by(Solver::spectral, 2));
}

TEST(Stop, EndsTheSumOverABand) {
  const CentralSpin system{.n_b = 300'000, .n_c = 600'000, .m = 450'000};
  const cpu::SpectralChain chain(chain_of(system));
  const cpu::Eigenpairs pairs = cpu::measure_pairs(chain, cpu::find_eigenvalues(chain, {.threads = 2}), {.threads = 2});
  std::stop_source source;
  source.request_stop();
  EXPECT_THROW(cpu::EnergyModel(chain, pairs, {.threads = 2, .stop = source.get_token()}), Interrupted);
}

TEST(Stop, EndsALongSeries) {
  Request request = by(Solver::spectral, 2);
  request.optimum = OptimumRule::none;
  request.times = TimeGrid{.start = 0, .stop = 100, .count = 100'000, .unit = TimeUnit::rabi};
  expect_interrupted(CentralSpin::resonant(300'000, 300'000), request);
}

TEST(Stop, EndsAnExpansion) {
  expect_interrupted(CentralSpin::resonant(30'000'000, 30'000'001), by(Solver::chebyshev, 2));
}

TEST(Stop, EndsAGlobalSearch) {
  Request request = by(Solver::spectral, 2);
  request.optimum = OptimumRule::global;
  request.window = 3000;
  expect_interrupted(CentralSpin{.n_b = 3000, .n_c = 4000, .m = 2000, .ising = 0.3}, request);
}

TEST(Stop, AskedForBeforehandLetsNothingBegin) {
  std::stop_source source;
  source.request_stop();
  Request request;
  request.stop = source.get_token();
  const CentralSpin system = CentralSpin::resonant(7, 7);
  EXPECT_THROW(static_cast<void>(solve({&system, 1}, request)), Interrupted);
}

}  // namespace
}  // namespace qbatt::test
