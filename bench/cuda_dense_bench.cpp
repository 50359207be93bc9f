#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <exception>
#include <string>

#include "kernels/cuda/backend.hpp"
#include "kernels/cuda/handles.hpp"
#include "kernels/cuda/pair_chunk.hpp"
#include "kernels/cuda/plan.hpp"
#include "model/units.hpp"
#include "qbatt/solve.hpp"
#include "qbatt/version.hpp"

// The dense pipeline on CUDA by stage: assembly, diagonalization, certificates, products onto the time grid, observables; and a
// batch of mixed sizes as solve() takes it. Times are those of the device; each record carries the error of the energies per cell
// against the CPU's spectral solver, which shares neither matrices nor eigenvectors with the pipeline.
namespace {

using namespace qbatt;

constexpr std::int64_t times = 32;

/// Detuned batteries of d levels, no two alike.
std::vector<CentralSpin> batteries(std::int64_t d, std::int64_t count) {
  std::vector<CentralSpin> systems;
  for (std::int64_t i = 0; i < count; ++i) {
    systems.push_back({.n_b = d - 1,
                       .n_c = d - 1 + i % 5,
                       .m = d - 1,
                       .omega_c = 1 + 0.1 * static_cast<double>(i + 1) / static_cast<double>(count)});
  }
  return systems;
}

/// As many matrices as fit a gigabyte, up to what the routines take.
std::int64_t batch_of(std::int64_t d) {
  const std::int64_t n = cuda::padded_levels(d);
  return std::clamp<std::int64_t>((std::int64_t{1} << 30) / (8 * n * n), 1, 16'384);
}

/// The grid of one battery in units of 1/a_0: to twice its transit time.
std::vector<double> grid_of(const CentralSpin& system) {
  std::vector<double> t;
  for (std::int64_t i = 0; i < times; ++i) {
    t.push_back(2 * system.transit_time() * system.rabi() * static_cast<double>(i) / (times - 1));
  }
  return t;
}

/// One chunk with its inputs and outputs.
class Pipeline {
public:
  Pipeline(std::int64_t d, DenseRoutine routine)
      : systems_(batteries(d, batch_of(d))), n_(cuda::padded_levels(d)), linear_algebra_(routine, stream_) {
    std::vector<double> t;
    for (const CentralSpin& system : systems_) {
      descriptors_.push_back({model_in_rabi_units(system), system.dim()});
      std::ranges::copy(grid_of(system), std::back_inserter(t));
    }
    t_.emplace(t.size(), stream_);
    cuda::copy(t_->data(), t.data(), t.size(), stream_);
    reports_.emplace(t.size(), stream_);
    stream_.synchronize();
  }

  [[nodiscard]] std::size_t count() const { return systems_.size(); }

  static constexpr std::array stage_names{"assembly", "diagonalization", "certificates", "products", "observables"};

  /// Milliseconds of each stage.
  std::array<double, stage_names.size()> run() {
    std::array<cuda::Event, stage_names.size() + 1> marks;
    cuda::PairChunk chunk(descriptors_, {n_, n_, false}, linear_algebra_, stream_);
    cuda::PairChunk::Evaluation evaluation(chunk, nullptr, static_cast<cuda::index>(count()), t_->data(), times);
    marks[0].record(stream_);
    chunk.assemble();
    marks[1].record(stream_);
    chunk.diagonalize();
    marks[2].record(stream_);
    chunk.certify();
    marks[3].record(stream_);
    evaluation.evolve();
    marks[4].record(stream_);
    evaluation.observe(Detail::observables, reports_->data());
    marks[5].record(stream_);
    std::array<double, stage_names.size()> milliseconds{};
    for (std::size_t i = 0; i < milliseconds.size(); ++i) milliseconds[i] = marks[i + 1].milliseconds_since(marks[i]);
    return milliseconds;
  }

  /// The largest error of an energy per cell in the last run, over the first and the last battery.
  [[nodiscard]] double energy_error() const {
    std::vector<StateReport> reports(reports_->size());
    cuda::copy(reports.data(), reports_->data(), reports.size(), stream_);
    stream_.synchronize();
    double worst = 0;
    for (const std::size_t s : {std::size_t{0}, count() - 1}) {
      const std::vector<double> expected = energies_per_cell(systems_[s]);
      for (std::size_t i = 0; i < expected.size(); ++i) {
        const double actual = reports[s * times + i].sums.mean / static_cast<double>(systems_[s].n_b);
        const double error = std::abs(actual - expected[i]);
        worst = error <= worst ? worst : error;
      }
    }
    return worst;
  }

private:
  static std::vector<double> energies_per_cell(const CentralSpin& system) {
    Request request;
    request.solver = Solver::spectral;
    request.backend = Backend::cpu;
    request.optimum = OptimumRule::none;
    request.times = TimeGrid{.start = 0, .stop = grid_of(system).back(), .count = times, .unit = TimeUnit::rabi};
    const Table table = solve({&system, 1}, request);
    std::vector<double> energies;
    std::ranges::copy(table.series[0].values.column(Observable::energy_per_cell), std::back_inserter(energies));
    return energies;
  }

  std::vector<CentralSpin> systems_;
  std::vector<cuda::SystemDescriptor> descriptors_;
  cuda::index n_;
  cuda::Stream stream_;
  cuda::LinearAlgebra linear_algebra_;
  std::optional<cuda::DeviceBuffer<double>> t_;
  std::optional<cuda::DeviceBuffer<StateReport>> reports_;
};

/// All stages of one dimension; counters: milliseconds a stage, systems, error.
void dense(benchmark::State& state, DenseRoutine routine) {
  try {
    Pipeline pipeline(state.range(0), routine);
    pipeline.run();  // warm-up: libraries load their kernels when first called
    std::array<double, Pipeline::stage_names.size()> sums{};
    for (auto _ : state) {
      double total = 0;
      const auto milliseconds = pipeline.run();
      for (std::size_t i = 0; i < sums.size(); ++i) {
        sums[i] += milliseconds[i];
        total += milliseconds[i];
      }
      state.SetIterationTime(total / 1000);
    }
    for (std::size_t i = 0; i < sums.size(); ++i) {
      state.counters[std::string(Pipeline::stage_names[i]) + "_ms"] =
          benchmark::Counter(sums[i], benchmark::Counter::kAvgIterations);
    }
    state.counters["systems"] = static_cast<double>(pipeline.count());
    state.counters["systems_per_second"] =
        benchmark::Counter(static_cast<double>(pipeline.count()), benchmark::Counter::kIsIterationInvariantRate);
    state.counters["energy_error"] = pipeline.energy_error();
  } catch (const std::exception& error) {
    state.SkipWithError(error.what());
  }
}

/// Optima of batteries of all sizes at once, wall-clock time; counters: systems, largest error bound.
void mixed(benchmark::State& state, DenseRoutine routine) {
  std::vector<CentralSpin> systems;
  for (std::int64_t d = 8; d <= state.range(0); d += 8) std::ranges::copy(batteries(d, 64), std::back_inserter(systems));
  Request request;
  request.solver = Solver::dense;
  request.dense_routine = routine;
  try {
    double worst = 0;
    cuda::solve(systems, request);  // warm-up
    for (auto _ : state) {
      for (const Row& row : cuda::solve(systems, request).rows) worst = row.error_bound <= worst ? worst : row.error_bound;
    }
    state.counters["systems"] = static_cast<double>(systems.size());
    state.counters["systems_per_second"] =
        benchmark::Counter(static_cast<double>(systems.size()), benchmark::Counter::kIsIterationInvariantRate);
    state.counters["largest_error_bound"] = worst;
  } catch (const std::exception& error) {
    state.SkipWithError(error.what());
  }
}

BENCHMARK_CAPTURE(dense, syevj, DenseRoutine::syevj)
    ->RangeMultiplier(2)
    ->Range(8, 1024)
    ->UseManualTime()
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(dense, syev, DenseRoutine::syev)
    ->RangeMultiplier(2)
    ->Range(8, 1024)
    ->UseManualTime()
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(mixed, syevj, DenseRoutine::syevj)->Arg(256)->UseRealTime()->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(mixed, syev, DenseRoutine::syev)->Arg(256)->UseRealTime()->Unit(benchmark::kMillisecond);

void describe_machine() {
  cudaDeviceProp properties{};
  int driver = 0;
  int runtime = 0;
  cuda::check(cudaGetDeviceProperties(&properties, 0));
  cuda::check(cudaDriverGetVersion(&driver));
  cuda::check(cudaRuntimeGetVersion(&runtime));
  benchmark::AddCustomContext("gpu", properties.name);
  benchmark::AddCustomContext("cuda_driver", fmt::format("{}.{}", driver / 1000, driver % 1000 / 10));
  benchmark::AddCustomContext("cuda_runtime", fmt::format("{}.{}", runtime / 1000, runtime % 1000 / 10));
  benchmark::AddCustomContext("build", build_id());
  benchmark::AddCustomContext("git_revision", std::string(git_revision()));
  benchmark::AddCustomContext("times_on_the_grid", std::to_string(times));
  benchmark::AddCustomContext("energy_error_against", "qbatt's spectral solver on the CPU, first and last battery of a batch");
}

}  // namespace

int main(int argc, char** argv) {
  try {
    if (cuda::device_count() == 0) throw std::runtime_error("no CUDA device");
    describe_machine();
  } catch (const std::exception& error) {
    fmt::print(stderr, "qbatt_bench_cuda: {}\n", error.what());
    return 4;
  }
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
