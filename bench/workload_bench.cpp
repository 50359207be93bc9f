#include <benchmark/benchmark.h>

#include <algorithm>
#include <numeric>
#include <span>
#include <string>
#include <vector>

#include "cpu/isa.hpp"
#include "qbatt/solve.hpp"
#include "qbatt/version.hpp"

// The workloads that qbatt is compared with others on, through qbatt::solve, on all threads. bench/peers.py runs them beside
// its peers; counters carry what a peer must agree with, and the bound of the result that was timed.
namespace {

using namespace qbatt;

double largest_bound(const Table& table) {
  double largest = 0.0;
  for (const Row& row : table.rows) {
    largest = row.error_bound > largest ? row.error_bound : largest;
  }
  return largest;
}

/// range(1) systems N_b = N_c = range(0) at resonance: their optima with all observables there.
void optimum(benchmark::State& state) {
  const std::vector<CentralSpin> systems(static_cast<std::size_t>(state.range(1)),
                                         CentralSpin::resonant(state.range(0), state.range(0)));
  Table table;
  for (auto _ : state) {
    table = solve(systems, {});
  }
  state.counters["systems"] = static_cast<double>(systems.size());
  state.counters["t_opt"] = table.rows[0].t_opt;
  state.counters["energy_per_cell"] = table.rows[0].at_optimum[Observable::energy_per_cell];
  state.counters["entropy"] = table.rows[0].at_optimum[Observable::entropy];
  state.counters["error_bound"] = largest_bound(table);
  state.counters["n_eig"] = static_cast<double>(table.rows[0].n_eig);
}

/// N_b = N_c = 1 ... range(0): the published sweep.
void fig5(benchmark::State& state) {
  std::vector<CentralSpin> systems;
  for (std::int64_t n = 1; n <= state.range(0); ++n) {
    systems.push_back(CentralSpin::resonant(n, n));
  }
  Table table;
  for (auto _ : state) {
    table = solve(systems, {});
  }
  state.counters["systems"] = static_cast<double>(systems.size());
  state.counters["error_bound"] = largest_bound(table);
}

constexpr std::int64_t curve_times = 1000;

/// Energy and entropy of N_b = N_c = range(0) at 1000 times from 0 to twice the optimum; one system of this size takes one thread.
void curve(benchmark::State& state) {
  const CentralSpin system = CentralSpin::resonant(state.range(0), state.range(0));
  Request request;
  request.times = TimeGrid{.start = 0, .stop = 2, .count = curve_times, .unit = TimeUnit::optimum};
  request.series_observables = {Observable::energy_per_cell, Observable::entropy};
  Table table;
  for (auto _ : state) {
    table = solve({&system, 1}, request);
  }
  state.counters["t_last"] = table.series[0].t.back();
  state.counters["energy_per_cell"] = table.series[0].values.column(Observable::energy_per_cell).back();
  state.counters["entropy"] = table.series[0].values.column(Observable::entropy).back();
  state.counters["error_bound"] = largest_bound(table);
}

/// What `curve` is held against: as many logarithms as it has levels and times, by the same instructions, from the cache, on one
/// thread.
void logarithms(benchmark::State& state) {
  constexpr std::int64_t at_once = 960;  // a multiple of every set's lanes
  const std::vector<double> x(at_once, 0.3);
  std::vector<double> result(at_once);
  const std::int64_t wanted = (state.range(0) + 1) * curve_times;
  for (auto _ : state) {
    for (std::int64_t done = 0; done < wanted; done += at_once) {
      cpu::kernel_set().log2(x.data(), at_once, result.data());
      benchmark::DoNotOptimize(result.data());
      benchmark::ClobberMemory();
    }
  }
}

/// System i of the workload `small`; bench/peers.py has the same formulas.
CentralSpin small_system(std::int64_t i) {
  CentralSpin s;
  s.n_b = 1 + i % 31;
  s.n_c = 1 + 7 * i % 40;
  s.m = s.n_c;
  s.omega_c = 1.0 + static_cast<double>(53 * i % 100) / 200.0;
  s.ising = static_cast<double>(37 * i % 100) / 100.0 - 0.5;
  return s;
}

/// What a sweep keeps of its rows: nothing but their sums.
struct SmallSums {
  double energy = 0;
  double entropy = 0;
  double bound = 0;

  void add(const Table& table) {
    for (const Series& series : table.series) {
      energy += sum(series.values.column(Observable::energy_per_cell));
      entropy += sum(series.values.column(Observable::entropy));
    }
    bound = std::max(bound, largest_bound(table));
  }

  static double sum(std::span<const double> values) { return std::reduce(values.begin(), values.end()); }
};

/// range(0) systems of at most 32 levels at 64 times: energies and entropies of all, chunk by chunk as in a sweep.
void small(benchmark::State& state) {
  std::vector<CentralSpin> systems;
  for (std::int64_t i = 0; i < state.range(0); ++i) {
    systems.push_back(small_system(i));
  }
  constexpr std::size_t chunk = 4096;
  Request request;
  request.optimum = OptimumRule::none;
  request.times = TimeGrid{.start = 0, .stop = 6, .count = 64, .unit = TimeUnit::rabi};
  request.series_observables = {Observable::energy_per_cell, Observable::entropy};
  SmallSums sums;
  for (auto _ : state) {
    sums = {};
    for (std::size_t begin = 0; begin < systems.size(); begin += chunk) {
      sums.add(solve(std::span(systems).subspan(begin, std::min(chunk, systems.size() - begin)), request));
    }
  }
  const double samples = static_cast<double>(systems.size()) * 64.0;
  state.counters["systems"] = static_cast<double>(systems.size());
  state.counters["mean_energy_per_cell"] = sums.energy / samples;
  state.counters["mean_entropy"] = sums.entropy / samples;
  state.counters["error_bound"] = sums.bound;
}

BENCHMARK(optimum)
    ->Args({100, 400})
    ->Args({500, 100})
    ->Args({1000, 50})
    ->Args({2000, 50})
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();
BENCHMARK(fig5)->Arg(2000)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK(curve)->Arg(500)->Arg(2000)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK(logarithms)->Arg(500)->Arg(2000)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK(small)->Arg(100'000)->Unit(benchmark::kMillisecond)->UseRealTime();

}  // namespace

int main(int argc, char** argv) {
  benchmark::AddCustomContext("qbatt_version", std::string(version()));
  benchmark::AddCustomContext("git_revision", std::string(git_revision()));
  benchmark::AddCustomContext("instruction_set", std::string(instruction_set()));
  benchmark::AddCustomContext("compiler", __VERSION__);
  for (const DeviceReport& device : find_devices()) {
    benchmark::AddCustomContext("device_" + device.backend, device.description);
  }
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) {
    return 2;
  }
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
