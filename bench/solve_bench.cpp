#include <benchmark/benchmark.h>

#include <string>

#include "cpu/spectral/eigenpairs.hpp"
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

/// A family of systems that is slow for its size, by the number of battery spins.
enum class Family { half_charged, isotropic, detuned };

CentralSpin member(Family family, std::int64_t n) {
  switch (family) {
    case Family::half_charged:
      return {.n_b = n, .n_c = n, .m = static_cast<double>(n / 2)};
    case Family::isotropic:
      return {.n_b = n, .n_c = n, .m = static_cast<double>(n), .ising = 1};
    default:
      return {.n_b = n, .n_c = n, .m = static_cast<double>(n), .omega_c = 1 + 0.5 * static_cast<double>(n)};
  }
}

/// The optimum of one of them on one thread; counters as above.
void family_optimum(benchmark::State& state, Family family) {
  const CentralSpin system = member(family, state.range(0));
  Request request;
  request.threads = 1;
  Table table;
  for (auto _ : state) table = solve({&system, 1}, request);
  state.counters["error_bound"] = table.rows[0].error_bound;
  state.counters["n_eig"] = static_cast<double>(table.rows[0].n_eig);
}

/// The search for eigenvalues alone; counters: pairs held, time per pair and kept level, and how often the whole chain is run
/// through for one of them, grid included.
void eigenvalues(benchmark::State& state) {
  const cpu::SpectralChain chain(chain_of(CentralSpin::resonant(state.range(0), state.range(0))));
  cpu::EigenvalueList list;
  for (auto _ : state) list = cpu::find_eigenvalues(chain, {});
  const auto pairs = static_cast<double>(list.lambda.size());
  const double items = pairs * static_cast<double>(chain.data().levels);
  state.counters["pairs"] = pairs;
  state.counters["passes_per_pair"] = static_cast<double>(list.shots) / pairs;
  state.counters["pair_levels"] = benchmark::Counter(items, benchmark::Counter::kIsIterationInvariantRate);
}

BENCHMARK_CAPTURE(optimum, spectral, Solver::spectral)->RangeMultiplier(10)->Range(10, 100'000)->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(optimum, dense, Solver::dense)->RangeMultiplier(10)->Range(10, 1000)->Unit(benchmark::kMicrosecond);
BENCHMARK(eigenvalues)->RangeMultiplier(10)->Range(100, 1'000'000)->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(optimum, spectral_2000, Solver::spectral)->Arg(2000)->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(optimum, million, Solver::spectral)
    ->RangeMultiplier(10)
    ->Range(1'000'000, 10'000'000)
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(family_optimum, half_charged, Family::half_charged)->Arg(2000)->Arg(100'000)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(family_optimum, isotropic, Family::isotropic)->Arg(2000)->Arg(100'000)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(family_optimum, detuned, Family::detuned)->Arg(2000)->Arg(100'000)->Unit(benchmark::kMillisecond);

}  // namespace

int main(int argc, char** argv) {
  benchmark::AddCustomContext("qbatt_version", std::string(version()));
  benchmark::AddCustomContext("git_revision", std::string(git_revision()));
  benchmark::AddCustomContext("instruction_set", std::string(instruction_set()));
  benchmark::AddCustomContext("compiler", __VERSION__);
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
