#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <exception>
#include <functional>
#include <limits>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cuda/shooting_descriptor.hpp"
#include "cuda_machine.hpp"
#include "cuda_stages.hpp"
#include "qbatt/version.hpp"

// The CUDA pipelines by stage, dense, spectral and chebyshev, on batches that fill the device. Times are those of the device.
// Counters: of each stage milliseconds and, where its work is counted, rates and their shares of the device's peaks; of the whole
// the systems a second and the error of what was timed. --systems=N takes smaller batches, for a rehearsal or a profiler. What the
// whole backend takes, host included, qbatt_bench_workloads measures.
namespace {

using namespace qbatt;

/// What a batch consists of: batteries of d levels, no two alike in any five.
enum class Family { detuned, resonant };

CentralSpin battery(Family family, std::int64_t d, std::int64_t i, std::int64_t count) {
  CentralSpin system{.n_b = d - 1, .n_c = d - 1 + i % 5, .m = static_cast<double>(d - 1)};
  if (family == Family::detuned) system.omega_c = 1 + 0.1 * static_cast<double>(i + 1) / static_cast<double>(count);
  return system;
}

/// What may be in a batch beside what a device holds: --systems=N.
std::int64_t most_systems = std::numeric_limits<std::int64_t>::max();

std::vector<CentralSpin> batch(Family family, std::int64_t d, Solver solver) {
  const std::int64_t count = std::min(most_systems, bench::systems_that_fit(battery(family, d, 4, 5), solver));
  std::vector<CentralSpin> systems;
  for (std::int64_t i = 0; i < count; ++i) systems.push_back(battery(family, d, i, count));
  return systems;
}

double ratio(double part, const std::optional<double>& whole) {
  return part / whole.value_or(0);
}

/// Sums over the iterations become counters.
void count_stage(benchmark::State& state, const bench::StageTime& sum) {
  const CudaDeviceTraits device = bench::machine_traits();
  const auto set = [&](std::string_view name, double value) { state.counters[fmt::format("{}_{}", sum.name, name)] = value; };
  const double seconds = sum.milliseconds / 1000;
  const bench::Work& work = sum.work;
  set("ms", sum.milliseconds / static_cast<double>(state.iterations()));
  if (work.lane_levels > 0) set("lane_levels_per_second", work.lane_levels / seconds);
  if (work.fp64_instructions > 0) set("fp64_per_second", work.fp64_instructions / seconds);
  if (work.bytes > 0) set("bytes_per_second", work.bytes / seconds);
  const auto fp64 = peak_fp64_instructions(device);
  const auto memory = peak_memory_bytes(device);
  if (work.fp64_instructions > 0 && fp64) set("fp64_share", ratio(work.fp64_instructions / seconds, fp64));
  if (work.bytes > 0 && memory) set("memory_share", ratio(work.bytes / seconds, memory));
}

void add(bench::StageTime& sum, const bench::StageTime& more) {
  sum.name = more.name;
  sum.milliseconds += more.milliseconds;
  sum.work.lane_levels += more.work.lane_levels;
  sum.work.fp64_instructions += more.work.fp64_instructions;
  sum.work.bytes += more.work.bytes;
}

/// All stages of one dimension. What is wrong is not timed: no energy per cell may be off by more than 1e-9.
void stages(benchmark::State& state, const std::function<std::unique_ptr<bench::StagedRun>(std::int64_t levels)>& make) {
  constexpr double largest_error = 1e-9;
  try {
    const std::unique_ptr<bench::StagedRun> staged = make(state.range(0));
    bench::StagedRun& pipeline = *staged;
    std::vector<bench::StageTime> sums(pipeline.run().size());  // warm-up: libraries load their kernels when first called
    for (auto _ : state) {
      const std::vector<bench::StageTime> run = pipeline.run();
      double total = 0;
      for (std::size_t i = 0; i < sums.size(); ++i) {
        add(sums[i], run[i]);
        total += run[i].milliseconds;
      }
      state.SetIterationTime(total / 1000);
    }
    for (const bench::StageTime& sum : sums) count_stage(state, sum);
    const auto count = static_cast<double>(pipeline.systems().size());
    const double error = pipeline.energy_error();
    state.counters["systems"] = count;
    state.counters["systems_per_second"] = benchmark::Counter(count, benchmark::Counter::kIsIterationInvariantRate);
    state.counters["pairs_per_system"] = pipeline.pairs() / count;
    state.counters["error_bound"] = pipeline.error_bound();
    state.counters["energy_error"] = error;
    if (!(error <= largest_error)) state.SkipWithError(fmt::format("energies per cell are off by {}", error).c_str());
  } catch (const std::exception& error) {
    state.SkipWithError(error.what());
  }
}

/// What the host does for each system before any of it reaches the device, on one thread.
void planning(benchmark::State& state, Family family) {
  std::int64_t i = 0;
  for (auto _ : state) benchmark::DoNotOptimize(cuda::plan_shooting(chain_of(battery(family, state.range(0), i++ % 100, 100))));
  state.counters["systems_per_second"] = benchmark::Counter(1, benchmark::Counter::kIsIterationInvariantRate);
}

void register_stages(const std::string& name, Family family, Solver solver, DenseRoutine routine,
                     std::initializer_list<std::int64_t> dimensions) {
  auto* const registered = benchmark::RegisterBenchmark(name.c_str(), [=](benchmark::State& state) {
    stages(state, [=](std::int64_t d) { return bench::make_staged_run(batch(family, d, solver), solver, routine); });
  });
  for (const std::int64_t d : dimensions) registered->Arg(d);
  registered->UseManualTime()->Unit(benchmark::kMillisecond);
}

void register_teams(const std::string& name, Family family) {
  auto* const registered = benchmark::RegisterBenchmark(name.c_str(), [=](benchmark::State& state) {
    stages(state, [=](std::int64_t d) { return std::make_unique<bench::StagedTeams>(batch(family, d, Solver::spectral)); });
  });
  for (const std::int64_t d : {8, 33, 101, 513, 2001}) registered->Arg(d);
  registered->UseManualTime()->Unit(benchmark::kMillisecond);
}

void register_all() {
  register_teams("teams/detuned", Family::detuned);
  register_teams("teams/resonant", Family::resonant);
  register_stages("spectral/detuned", Family::detuned, Solver::spectral, DenseRoutine::syevj, {8, 33, 101, 513, 2001, 20'001});
  register_stages("spectral/resonant", Family::resonant, Solver::spectral, DenseRoutine::syevj, {8, 33, 101, 513, 2001, 20'001});
  register_stages("dense/syevj", Family::detuned, Solver::dense, DenseRoutine::syevj, {8, 16, 33, 64, 101, 256, 513, 1024});
  register_stages("dense/syev", Family::detuned, Solver::dense, DenseRoutine::syev, {8, 16, 33, 64, 101, 256, 513, 1024});
  register_stages("chebyshev/detuned", Family::detuned, Solver::chebyshev, DenseRoutine::syevj, {33, 101, 257, 513, 2001, 20'001});
  register_stages("chebyshev/resonant", Family::resonant, Solver::chebyshev, DenseRoutine::syevj,
                  {33, 101, 257, 513, 2001, 20'001});
  for (const auto& [name, family] :
       {std::pair("planning/detuned", Family::detuned), std::pair("planning/resonant", Family::resonant)}) {
    benchmark::RegisterBenchmark(
        name, [family = family](benchmark::State& state) { planning(state, family); })
        ->Arg(33)
        ->Arg(513)
        ->Arg(2001)
        ->Unit(benchmark::kMicrosecond);
  }
}

void describe_record() {
  const CudaDeviceTraits device = bench::machine_traits();
  for (const auto& [key, value] : bench::describe_machine()) benchmark::AddCustomContext(key, value);
  benchmark::AddCustomContext("peak_fp64_instructions_per_second", fmt::format("{}", peak_fp64_instructions(device).value_or(0)));
  benchmark::AddCustomContext("peak_bytes_per_second", fmt::format("{}", peak_memory_bytes(device).value_or(0)));
  benchmark::AddCustomContext("peaks", "of the highest clocks; without tensor cores, which the products may use; 0: not known");
  benchmark::AddCustomContext("work", "counted from the loops: a multiply-add is one instruction, each array is moved once");
  benchmark::AddCustomContext("build", build_id());
  benchmark::AddCustomContext("git_revision", std::string(git_revision()));
  benchmark::AddCustomContext("times_on_the_grid", std::to_string(bench::StagedRun::times));
  benchmark::AddCustomContext("energy_error_against", "qbatt's Chebyshev solver on the CPU, first and last battery of a batch");
}

/// Takes --systems=N out of the arguments. False where N is no number of systems.
bool take_systems(std::vector<char*>& arguments) {
  constexpr std::string_view option = "--systems=";
  bool understood = true;
  std::erase_if(arguments, [&](std::string_view argument) {
    if (!argument.starts_with(option)) return false;
    const char* const end = argument.data() + argument.size();
    const auto [rest, error] = std::from_chars(argument.data() + option.size(), end, most_systems);
    understood = error == std::errc{} && rest == end && most_systems > 0;
    return true;
  });
  return understood;
}

}  // namespace

int main(int argc, char** argv) {
  std::vector<char*> arguments(argv, argv + argc);
  if (!take_systems(arguments)) {
    fmt::print(stderr, "qbatt_bench_cuda: --systems=N: expected a whole number, 1 or more\n");
    return 2;
  }
  const auto lists_only = [](std::string_view argument) { return argument.starts_with("--benchmark_list_tests"); };
  const bool measures = std::ranges::none_of(arguments, lists_only);
  try {
    const auto absence = measures ? bench::absence_of_machine() : std::nullopt;
    if (absence) throw std::runtime_error(*absence);
    if (measures) describe_record();
  } catch (const std::exception& error) {
    fmt::print(stderr, "qbatt_bench_cuda: {}\n", error.what());
    return 4;
  }
  register_all();
  auto count = static_cast<int>(arguments.size());
  benchmark::Initialize(&count, arguments.data());
  if (benchmark::ReportUnrecognizedArguments(count, arguments.data())) return 2;
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
