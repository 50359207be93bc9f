#include <benchmark/benchmark.h>

#include <string>

#include "cpu/eigenpairs.hpp"
#include "qbatt/solve.hpp"
#include "qbatt/version.hpp"

namespace {

using namespace qbatt;

/// The optimum of N_b = N_c = N at resonance on one thread; counters: the row's error bound and its eigenpairs.
void optimum(benchmark::State& state, Solver solver) {
  const CentralSpin system = CentralSpin::resonant(state.range(0), state.range(0));
  Request request;
  request.solver = solver;
  request.threads = 1;
  Table table;
  for (auto _ : state) {
    table = solve({&system, 1}, request);
    benchmark::DoNotOptimize(table);
  }
  state.counters["error_bound"] = table.rows[0].error_bound;
  state.counters["n_eig"] = static_cast<double>(table.rows[0].n_eig);
}

/// The search for eigenvalues alone; counters: pairs held and time per pair and kept level.
void eigenvalues(benchmark::State& state) {
  const cpu::SpectralChain chain(CentralSpin::resonant(state.range(0), state.range(0)));
  std::size_t pairs = 0;
  for (auto _ : state) {
    pairs = cpu::find_eigenvalues(chain, 1).lambda.size();
  }
  const double items = static_cast<double>(pairs) * static_cast<double>(chain.data().levels);
  state.counters["pairs"] = static_cast<double>(pairs);
  state.counters["pair_levels"] = benchmark::Counter(items, benchmark::Counter::kIsIterationInvariantRate);
}

/// The published table's sweep: N_b = N_c = 1 ... range(0), all threads.
void fig5(benchmark::State& state) {
  std::vector<CentralSpin> systems;
  for (std::int64_t n = 1; n <= state.range(0); ++n) {
    systems.push_back(CentralSpin::resonant(n, n));
  }
  double worst = 0.0;
  for (auto _ : state) {
    const Table table = solve(systems, {});
    for (const Row& row : table.rows) {
      worst = row.error_bound > worst ? row.error_bound : worst;
    }
  }
  state.counters["largest_error_bound"] = worst;
}

BENCHMARK_CAPTURE(optimum, spectral, Solver::spectral)->RangeMultiplier(10)->Range(10, 100'000)->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(optimum, dense, Solver::dense)->RangeMultiplier(10)->Range(10, 1000)->Unit(benchmark::kMicrosecond);
BENCHMARK(eigenvalues)->RangeMultiplier(10)->Range(100, 1'000'000)->Unit(benchmark::kMicrosecond);
BENCHMARK(fig5)->Arg(2000)->Unit(benchmark::kMillisecond)->UseRealTime();

}  // namespace

int main(int argc, char** argv) {
  benchmark::AddCustomContext("qbatt_version", std::string(version()));
  benchmark::AddCustomContext("git_revision", std::string(git_revision()));
  benchmark::AddCustomContext("instruction_set", std::string(instruction_set()));
  benchmark::AddCustomContext("compiler", __VERSION__);
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) {
    return 2;
  }
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
