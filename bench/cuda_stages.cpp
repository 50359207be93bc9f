#include "cuda_stages.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <iterator>
#include <limits>
#include <numeric>
#include <optional>
#include <span>

#include "cuda/batches.hpp"
#include "cuda/chip_states.hpp"
#include "cuda/shooting_descriptor.hpp"
#include "kernels/cuda/chebyshev_plan.hpp"

namespace qbatt::bench {
namespace {

using cuda::PairStates;

struct Stage {
  std::string name;
  std::function<void()> run;
  Work (*work)(const BatchCounts& counts);
};

/// Milliseconds of each stage, one behind the other.
std::vector<StageTime> measure(const std::vector<Stage>& stages, const cuda::Stream& stream) {
  std::vector<cuda::Event> marks(stages.size() + 1);
  marks[0].record(stream);
  for (std::size_t i = 0; i < stages.size(); ++i) {
    stages[i].run();
    marks[i + 1].record(stream);
  }
  std::vector<StageTime> result;
  for (std::size_t i = 0; i < stages.size(); ++i)
    result.push_back({.name = stages[i].name, .milliseconds = marks[i + 1].milliseconds_since(marks[i]), .work = {}});
  return result;
}

cuda::BatchShape shape_of(const std::vector<CentralSpin>& systems, Solver solver) {
  const cuda::index n = cuda::padded_levels(systems.front().dim());
  cuda::index pairs = n;
  if (solver == Solver::spectral) {
    pairs = 0;
    for (const CentralSpin& system : systems) pairs = std::max(pairs, cuda::plan_shooting(chain_of(system)).pairs);
  }
  return {n, pairs, systems.front().constant_diagonal()};
}

/// The grid of one system in units of 1/a_0.
std::vector<double> grid_of(const CentralSpin& system) {
  const double step = 2 * system.transit_time() * system.rabi() / (StagedRun::times - 1);
  std::vector<double> t;
  for (cuda::index i = 0; i < StagedRun::times; ++i) t.push_back(step * static_cast<double>(i));
  return t;
}

std::vector<double> energies_per_cell(const CentralSpin& system) {
  Request request;
  request.solver = Solver::chebyshev;
  request.backend = Backend::cpu;
  request.optimum = OptimumRule::none;
  request.times = TimeGrid{.start = 0, .stop = grid_of(system).back(), .count = StagedRun::times, .unit = TimeUnit::rabi};
  const Table table = solve({&system, 1}, request);
  const auto energies = table.series[0].values.column(Observable::energy_per_cell);
  return {energies.begin(), energies.end()};
}

}  // namespace

std::vector<double> StagedRun::grids() const {
  std::vector<double> t;
  for (const CentralSpin& system : systems_) std::ranges::copy(grid_of(system), std::back_inserter(t));
  return t;
}

std::vector<cuda::index> StagedRun::all_places() const {
  std::vector<cuda::index> places(systems_.size());
  std::iota(places.begin(), places.end(), cuda::index{0});
  return places;
}

double StagedRun::energy_error() const {
  const std::vector<StateReport> seen = reports();
  double worst = 0;
  for (const std::size_t s : {std::size_t{0}, systems_.size() - 1}) {
    const std::vector<double> expected = energies_per_cell(systems_[s]);
    for (std::size_t i = 0; i < expected.size(); ++i) {
      const double actual = seen[s * times + i].sums.mean / static_cast<double>(systems_[s].n_b);
      const double error = std::abs(actual - expected[i]);
      worst = error <= worst ? worst : error;
    }
  }
  return worst;
}

std::unique_ptr<StagedRun> make_staged_run(std::vector<CentralSpin> systems, Solver solver, DenseRoutine routine) {
  if (solver == Solver::chebyshev) return std::make_unique<StagedExpansions>(std::move(systems));
  return std::make_unique<StagedBatch>(std::move(systems), solver, routine);
}

StagedBatch::StagedBatch(std::vector<CentralSpin> systems, Solver solver, DenseRoutine routine)
    : StagedRun(std::move(systems)),
      solver_(solver),
      shape_(shape_of(systems_, solver)),
      linear_algebra_(routine, stream_),
      t_(systems_.size() * times, stream_),
      reports_(systems_.size() * times, stream_) {
  for (const CentralSpin& system : systems_) {
    descriptors_.push_back(cuda::descriptor_of(chain_of(system)));
    if (solver == Solver::spectral) shooting_.push_back(cuda::plan_shooting(chain_of(system)).descriptor);
  }
  const std::vector<double> t = grids();
  cuda::copy(t_.data(), t.data(), t.size(), stream_);
  stream_.synchronize();
}

std::vector<StageTime> StagedBatch::run() {
  const auto count = static_cast<cuda::index>(systems_.size());
  PairStates states(descriptors_, shape_, linear_algebra_, stream_);
  PairStates::Evaluation evaluation(states, nullptr, count, t_.data(), times);
  const cuda::DeviceBuffer<int> shots(systems_.size() * static_cast<std::size_t>(shape_.pairs), stream_);
  std::optional<PairStates::Shooting> shooting;
  std::vector<Stage> stages;
  if (solver_ == Solver::spectral) {
    shooting.emplace(states, shooting_);
    stages = {{"coefficients", [&] { shooting->write_coefficients(); }, work_of_coefficients},
              {"grid", [&] { shooting->search_grid(); }, work_of_grid},
              {"refinement", [&] { shooting->refine(shots.data()); }, work_of_refinement},
              {"vectors", [&] { shooting->write_vectors(); }, work_of_vectors}};
  } else {
    stages = {{"assembly", [&] { states.assemble(); }, work_of_assembly},
              {"diagonalization", [&] { states.diagonalize(); }, uncounted_work}};
  }
  stages.push_back({"certificates", [&] { states.certify(); }, work_of_certificates});
  stages.push_back({"first_peak", [&] { states.find_first_peaks(kernels::PeakOf::energy); }, uncounted_work});
  stages.push_back({"products", [&] { evaluation.evolve(); }, work_of_products});
  stages.push_back({"observables", [&] { evaluation.observe(Detail::observables, reports_.data()); }, work_of_observables});
  std::vector<StageTime> result = measure(stages, stream_);
  summaries_ = states.summaries();
  judge();
  std::vector<int> host(solver_ == Solver::spectral ? shots.size() : 0);
  cuda::copy(host.data(), shots.data(), host.size(), stream_);
  stream_.synchronize();
  const BatchCounts counts = count_work(host);
  for (std::size_t i = 0; i < stages.size(); ++i) result[i].work = stages[i].work(counts);
  return result;
}

void StagedBatch::judge() {
  error_bound_ = 0;
  for (std::size_t s = 0; s < systems_.size(); ++s) {
    const double t = grid_of(systems_[s]).back();
    const double bound = summaries_[s].info == 0 ? summaries_[s].certificate.error_bound(t) : std::nan("");
    error_bound_ = bound <= error_bound_ ? error_bound_ : bound;
  }
}

double StagedBatch::pairs() const {
  double sum = 0;
  for (const cuda::PairSummary& summary : summaries_) sum += static_cast<double>(summary.pairs);
  return sum;
}

std::vector<StateReport> StagedBatch::reports() const {
  std::vector<StateReport> reports(reports_.size());
  cuda::copy(reports.data(), reports_.data(), reports.size(), stream_);
  stream_.synchronize();
  return reports;
}

BatchCounts StagedBatch::count_work(const std::vector<int>& shots) const {
  BatchCounts counts{.systems = static_cast<double>(systems_.size()),
                     .n = static_cast<double>(shape_.n),
                     .room = static_cast<double>(shape_.pairs),
                     .times = times,
                     .columns = (shape_.constant_diagonal ? 1.0 : 2.0) * times};
  for (std::size_t s = 0; s < shooting_.size(); ++s) {
    const cuda::ShootingDescriptor& d = shooting_[s];
    const auto levels = static_cast<double>(d.levels);
    const auto held = static_cast<double>(summaries_[s].pairs);
    const auto nodes = static_cast<double>(d.families() * (shape_.pairs / d.families() + 2));
    const auto own = std::span(shots).subspan(s * static_cast<std::size_t>(shape_.pairs), static_cast<std::size_t>(shape_.pairs));
    counts.levels += levels;
    counts.nodes += nodes;
    counts.pairs += held;
    counts.grid += nodes * levels;
    counts.refinement += std::accumulate(own.begin(), own.end(), 0.0) * levels;
    counts.vectors += 2 * held * levels;
    counts.grid_search += d.bond_for_any < 0 ? nodes * levels : 0;
    counts.refinement_search += d.bond_for_any < 0 ? held * levels : 0;
  }
  return counts;
}

std::vector<StageTime> StagedExpansions::run() {
  const cuda::index n = cuda::padded_levels(systems_.front().dim());
  const cuda::ChebyshevShape shape{n, systems_.front().constant_diagonal(), 0, std::numeric_limits<double>::infinity()};
  const std::vector<double> t = grids();
  std::vector<LevelChain> chains;
  for (const CentralSpin& system : systems_) chains.push_back(chain_of(system));
  std::optional<cuda::ChebyshevStates> states;
  std::vector<double> multiply_adds{0.0};
  const auto counting = [&](const auto& step) {
    return [&, step] {
      step();
      multiply_adds.push_back(states->multiply_adds());
    };
  };
  const std::vector<Stage> stages{{"planning", counting([&] { states.emplace(chains, shape, stream_); }), uncounted_work},
                                  {"first_peak", counting([&] { states->first_peaks(kernels::PeakOf::energy); }), uncounted_work},
                                  {"series", counting([&] {
                                     states->evaluate_slab({all_places(), t, Detail::observables}, staging_);
                                   }),
                                   uncounted_work}};
  std::vector<StageTime> result = measure(stages, stream_);
  for (std::size_t i = 0; i < result.size(); ++i) result[i].work.fp64_instructions = multiply_adds[i + 1] - multiply_adds[i];
  error_bound_ = 0;
  for (std::size_t s = 0; s < systems_.size(); ++s) {
    const double bound = states->error_bound(s, grid_of(systems_[s]).back());
    error_bound_ = bound <= error_bound_ ? error_bound_ : bound;
  }
  return result;
}

std::vector<StageTime> StagedTeams::run() {
  constexpr std::size_t memory = std::size_t{1} << 30U;
  const std::vector<double> t = grids();
  const std::vector<LevelChain> chains = chains_of(systems_);
  std::optional<cuda::ChipStates> states;
  const std::vector<Stage> stages{
      {"rows", [&] { states.emplace(chains, cuda::ChipStates::Wanted{.first_peak = true, .observed = true}, memory, stream_); },
       uncounted_work},
      {"pairs", [&] { states.emplace(chains, cuda::ChipStates::Wanted{.more_times = true}, memory, stream_); }, uncounted_work},
      {"series",
       [&] {
         states->evaluate_slab({all_places(), t, Detail::observables}, staging_);
       },
       uncounted_work}};
  std::vector<StageTime> result = measure(stages, stream_);
  error_bound_ = 0;
  pairs_ = 0;
  for (std::size_t s = 0; s < systems_.size(); ++s) {
    const double bound = states->error_bound(s, grid_of(systems_[s]).back());
    error_bound_ = bound <= error_bound_ ? error_bound_ : bound;
    pairs_ += static_cast<double>(states->pairs(s));
  }
  return result;
}

std::vector<StateReport> StagedTeams::reports() const {
  const StateReport* const first = staging_.reports.data();
  return {first, first + systems_.size() * static_cast<std::size_t>(times)};
}

std::vector<StateReport> StagedExpansions::reports() const {
  const StateReport* const first = staging_.reports.data();
  return {first, first + systems_.size() * static_cast<std::size_t>(times)};
}

std::int64_t systems_that_fit(const CentralSpin& system, Solver solver) {
  const cuda::BatchShape shape = shape_of({system}, solver);
  const std::size_t memory = cuda::free_memory() / 16;
  if (solver != Solver::dense) {
    constexpr std::size_t most = 65'536;
    const std::size_t fitting =
        solver == Solver::chebyshev
            ? cuda::chebyshev_bytes(shape.n, shape.constant_diagonal, StagedRun::times).most_systems(memory)
            : memory / cuda::shooting_bytes_per_system(shape.n, shape.pairs, shape.constant_diagonal, StagedRun::times, false);
    return static_cast<std::int64_t>(std::clamp<std::size_t>(fitting, 1, most));
  }
  constexpr std::size_t most = 32'768;
  constexpr std::size_t matrices = std::size_t{1} << 30U;
  const std::size_t each = 2 * cuda::bytes_per_system(shape.n, shape.constant_diagonal, StagedRun::times, false);
  const std::size_t matrix = sizeof(double) * static_cast<std::size_t>(shape.n * shape.n);
  return static_cast<std::int64_t>(std::clamp<std::size_t>(std::min(memory / each, matrices / matrix), 1, most));
}

}  // namespace qbatt::bench
