#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <exception>
#include <numeric>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cpu/isa/isa.hpp"
#include "qbatt/errors.hpp"
#include "qbatt/solve.hpp"
#include "qbatt/version.hpp"

// The workloads that qbatt is compared with others on, through qbatt::solve, on all threads or, with --backend=cuda, on the GPUs;
// --solver=NAME chooses the solver. bench/peers.py runs them beside its peers; counters carry what a peer must agree with, and the
// bound of the result that was timed.
namespace {

using namespace qbatt;

/// NaN where a row failed.
double largest_bound(const Table& table) {
  double largest = 0.0;
  for (const Row& row : table.rows) largest = row.error_bound <= largest ? largest : row.error_bound;
  return largest;
}

void count_systems(benchmark::State& state, std::size_t systems) {
  state.counters["systems"] = static_cast<double>(systems);
  state.counters["systems_per_second"] =
      benchmark::Counter(static_cast<double>(systems), benchmark::Counter::kIsIterationInvariantRate);
}

/// range(1) systems N_b = N_c = range(0) at resonance: their optima with all observables there.
void optimum(benchmark::State& state, const Request& request) {
  const std::vector<CentralSpin> systems(static_cast<std::size_t>(state.range(1)),
                                         CentralSpin::resonant(state.range(0), state.range(0)));
  Table table;
  for (auto _ : state) table = solve(systems, request);
  count_systems(state, systems.size());
  state.counters["t_opt"] = table.rows[0].t_opt;
  state.counters["energy_per_cell"] = table.rows[0].at_optimum[Observable::energy_per_cell];
  state.counters["entropy"] = table.rows[0].at_optimum[Observable::entropy];
  state.counters["error_bound"] = largest_bound(table);
  state.counters["n_eig"] = static_cast<double>(table.rows[0].n_eig);
}

/// The optima of some systems, all at once.
void optima(benchmark::State& state, const Request& request, const std::vector<CentralSpin>& systems) {
  double bound = 0;
  for (auto _ : state) bound = largest_bound(solve(systems, request));
  count_systems(state, systems.size());
  state.counters["error_bound"] = bound;
}

/// N_b = N_c = 1 ... range(0): the published sweep.
void fig5(benchmark::State& state, const Request& request) {
  std::vector<CentralSpin> systems;
  for (std::int64_t n = 1; n <= state.range(0); ++n) systems.push_back(CentralSpin::resonant(n, n));
  optima(state, request, systems);
}

/// N_b and N_c from range(0) to 2000 in steps of it: of the plane of all sizes the whole where that is 1.
void plane(benchmark::State& state, const Request& request) {
  constexpr std::int64_t side = 2000;
  const std::int64_t step = state.range(0);
  std::vector<CentralSpin> systems;
  for (std::int64_t n_b = step; n_b <= side; n_b += step)
    for (std::int64_t n_c = step; n_c <= side; n_c += step) systems.push_back(CentralSpin::resonant(n_b, n_c));
  optima(state, request, systems);
}

/// Detuned batteries of 8, 16, ... range(0) levels, 64 of each, no two alike.
void mixed(benchmark::State& state, const Request& request) {
  constexpr std::int64_t of_each = 64;
  std::vector<CentralSpin> systems;
  for (std::int64_t d = 8; d <= state.range(0); d += 8)
    for (std::int64_t i = 1; i <= of_each; ++i)
      systems.push_back({.n_b = d - 1,
                         .n_c = d - 1 + i % 5,
                         .m = static_cast<double>(d - 1),
                         .omega_c = 1 + 0.1 * static_cast<double>(i) / of_each});
  optima(state, request, systems);
}

/// The same under another rule for the optimum, a global one within two transit times.
void mixed_by_rule(benchmark::State& state, Request request, OptimumRule rule) {
  request.optimum = rule;
  request.window = 2;
  mixed(state, request);
}

/// Batteries N_b = range(0) beside chargers of as many spins in thermal states: 32 fillings, which share their chains, at each of
/// 16 detunings.
void thermal(benchmark::State& state, const Request& request) {
  const std::int64_t n = state.range(0);
  constexpr int fillings = 16;
  constexpr int detunings = 8;
  std::vector<CentralSpin> systems;
  for (int i = 1; i <= detunings; ++i)
    for (int f = 1; f <= fillings; ++f)
      systems.push_back({.n_b = n,
                         .n_c = n,
                         .m = static_cast<double>(n) * f / (fillings + 1),
                         .omega_c = 1 + 0.1 * i / detunings,
                         .charger_state = ChargerState::thermal});
  optima(state, request, systems);
}

/// One system N_b = N_c = range(0).
void large(benchmark::State& state, const Request& request) {
  optima(state, request, {CentralSpin::resonant(state.range(0), state.range(0))});
}

constexpr std::int64_t curve_times = 1000;

/// Energy and entropy of N_b = N_c = range(0) at 1000 times from 0 to twice the optimum; one system of this size takes one thread.
void curve(benchmark::State& state, Request request) {
  const CentralSpin system = CentralSpin::resonant(state.range(0), state.range(0));
  request.times = TimeGrid{.start = 0, .stop = 2, .count = curve_times, .unit = TimeUnit::optimum};
  request.series_observables = {Observable::energy_per_cell, Observable::entropy};
  Table table;
  for (auto _ : state) table = solve({&system, 1}, request);
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
  s.m = static_cast<double>(s.n_c);
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
    const double largest = largest_bound(table);
    bound = largest <= bound ? bound : largest;  // a NaN stays
  }

  static double sum(std::span<const double> values) { return std::reduce(values.begin(), values.end()); }
};

/// range(0) systems of at most 32 levels at 64 times: energies and entropies of all, chunk by chunk as in a sweep.
void small(benchmark::State& state, Request request) {
  std::vector<CentralSpin> systems;
  for (std::int64_t i = 0; i < state.range(0); ++i) systems.push_back(small_system(i));
  constexpr std::size_t chunk = 4096;
  request.optimum = OptimumRule::none;
  request.times = TimeGrid{.start = 0, .stop = 6, .count = 64, .unit = TimeUnit::rabi};
  request.series_observables = {Observable::energy_per_cell, Observable::entropy};
  SmallSums sums;
  for (auto _ : state) {
    sums = {};
    for (std::size_t begin = 0; begin < systems.size(); begin += chunk)
      sums.add(solve(std::span(systems).subspan(begin, std::min(chunk, systems.size() - begin)), request));
  }
  const double samples = static_cast<double>(systems.size()) * 64.0;
  state.counters["systems"] = static_cast<double>(systems.size());
  state.counters["mean_energy_per_cell"] = sums.energy / samples;
  state.counters["mean_entropy"] = sums.entropy / samples;
  state.counters["error_bound"] = sums.bound;
}

/// A workload that throws is a benchmark with an error, not the end of the others.
benchmark::internal::Benchmark* add(const char* name, const Request& request, const auto& workload) {
  const auto run = [=](benchmark::State& state) {
    try {
      workload(state, request);
    } catch (const std::exception& error) {
      state.SkipWithError(error.what());
    }
  };
  return benchmark::RegisterBenchmark(name, run)->Unit(benchmark::kMillisecond)->UseRealTime();
}

void register_all(const Request& request) {
  add("optimum", request, optimum)->Args({100, 400})->Args({500, 100})->Args({1000, 50})->Args({2000, 50});
  add("fig5", request, fig5)->Arg(2000);
  add("curve", request, curve)->Arg(500)->Arg(2000);
  benchmark::RegisterBenchmark("logarithms", logarithms)->Arg(500)->Arg(2000)->Unit(benchmark::kMillisecond)->UseRealTime();
  add("small", request, small)->Arg(100'000);
  add("mixed", request, mixed)->Arg(256)->Arg(2048);
  add(
      "power", request, [](benchmark::State& state, const Request& r) { mixed_by_rule(state, r, OptimumRule::power); })
      ->Arg(16)
      ->Arg(256);
  add("global", request, [](benchmark::State& state, const Request& r) { mixed_by_rule(state, r, OptimumRule::global); })
      ->Arg(16)
      ->Arg(64);
  add("thermal", request, thermal)->Arg(10)->Arg(100);
  add("large", request, large)->Arg(100'000)->Arg(1'000'000)->Arg(10'000'000);
  add("plane", request, plane)->Arg(100)->Arg(20)->Arg(4)->Arg(1)->Iterations(1);
}

template <typename Choice, std::size_t count>
Choice choice(std::string_view option, std::string_view text, const std::array<Choice, count>& choices) {
  for (const Choice one : choices)
    if (to_string(one) == text) return one;
  throw InputError(fmt::format("{}{} is not known", option, text));
}

/// Takes what is not Google Benchmark's out of the arguments.
Request take_request(std::vector<char*>& arguments) {
  Request request;
  request.backend = Backend::cpu;
  std::erase_if(arguments, [&](std::string_view argument) {
    constexpr std::string_view backend = "--backend=";
    constexpr std::string_view solver = "--solver=";
    if (argument.starts_with(backend)) {
      request.backend =
          choice(backend, argument.substr(backend.size()), std::array{Backend::automatic, Backend::cpu, Backend::cuda});
      return true;
    }
    if (argument.starts_with(solver)) {
      request.solver = choice(solver, argument.substr(solver.size()), all_solvers);
      return true;
    }
    return false;
  });
  return request;
}

}  // namespace

int main(int argc, char** argv) {
  std::vector<char*> arguments(argv, argv + argc);
  try {
    const Request request = take_request(arguments);
    validate(request);
    register_all(request);
    benchmark::AddCustomContext("backend", std::string(to_string(request.backend)));
    benchmark::AddCustomContext("solver", std::string(to_string(request.solver)));
  } catch (const InputError& error) {
    fmt::print(stderr, "qbatt_bench_workloads: {}\n", error.what());
    return 2;
  } catch (const BackendError& error) {
    fmt::print(stderr, "qbatt_bench_workloads: {}\n", error.what());
    return 4;
  }
  benchmark::AddCustomContext("qbatt_version", std::string(version()));
  benchmark::AddCustomContext("git_revision", std::string(git_revision()));
  benchmark::AddCustomContext("instruction_set", std::string(instruction_set()));
  benchmark::AddCustomContext("compiler", __VERSION__);
  for (const DeviceReport& device : find_devices()) benchmark::AddCustomContext("device_" + device.backend, device.description);
  auto count = static_cast<int>(arguments.size());
  benchmark::Initialize(&count, arguments.data());
  if (benchmark::ReportUnrecognizedArguments(count, arguments.data())) return 2;
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
