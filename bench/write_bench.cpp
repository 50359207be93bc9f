#include <benchmark/benchmark.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <string>
#include <vector>

#include "io/formats.hpp"
#include "qbatt/solve.hpp"
#include "qbatt/sweep.hpp"
#include "run/chunks.hpp"

// What writing a sweep with time series to netCDF takes beside computing it: chunk by chunk, as the program does, into the current
// folder.
namespace {

using namespace qbatt;
using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

/// 10^5 systems at 64 times of 3 series: every N_b and N_c from 1 to range(0), detunings to fill up the number.
void write(benchmark::State& state) {
  const std::int64_t n = state.range(0);
  constexpr std::int64_t systems = 100'000;
  AxisTexts axes;
  axes[static_cast<std::size_t>(Parameter::n_b)] = "1:" + std::to_string(n);
  axes[static_cast<std::size_t>(Parameter::n_c)] = "1:" + std::to_string(n);
  axes[static_cast<std::size_t>(Parameter::omega_c)] = "lin:1:3:" + std::to_string(systems / (n * n));
  const SweepPlan plan = SweepPlan::from_axes(axes, false);
  Request request;
  request.times = TimeGrid{.start = 0, .stop = 2, .count = 64, .unit = TimeUnit::optimum};
  request.series_observables = {Observable::energy, Observable::entropy, Observable::purity};
  ResultsLayout layout{.times = request.times->count, .series = {}, .populations = false};
  for (const Observable o : request.series_observables)
    layout.series.push_back(*std::ranges::find(curve_columns(), o, &CurveColumn::observable));
  const std::string file = "qbatt_bench_write.nc";
  double computing = 0;
  double writing = 0;
  for (auto _ : state) {
    auto start = Clock::now();
    const auto writer = open_results(file, layout, {});
    writing += seconds_since(start);
    const CostProfile profile(plan, request);
    const ChunkList chunks = cut_into_chunks(plan, request, profile, {0, profile.rows()});
    ChunkReader reader(plan);
    for (std::int64_t i = 0; i < chunks.size(); ++i) {
      start = Clock::now();
      const Table table = solve(reader.read(chunks[i].rows), request);
      computing += seconds_since(start);
      start = Clock::now();
      writer->write(static_cast<std::size_t>(i), table);
      writing += seconds_since(start);
    }
    start = Clock::now();
    writer->finish(static_cast<std::size_t>(chunks.size()));
    writing += seconds_since(start);
  }
  const auto runs = static_cast<double>(state.iterations());
  state.counters["systems"] = static_cast<double>(plan.summary().systems);
  state.counters["seconds_computing"] = computing / runs;
  state.counters["seconds_writing"] = writing / runs;
  state.counters["bytes"] = static_cast<double>(std::filesystem::file_size(file));
  std::remove(file.c_str());
}

BENCHMARK(write)->Arg(31)->Arg(100)->Unit(benchmark::kSecond)->UseRealTime();

}  // namespace

BENCHMARK_MAIN();
