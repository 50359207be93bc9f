#include "cuda/backend.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <functional>
#include <future>
#include <limits>
#include <numeric>
#include <thread>
#include <utility>

#include "charge/climb.hpp"
#include "charge/ensembles.hpp"
#include "cuda/architectures.hpp"
#include "cuda/batch_queue.hpp"
#include "cuda/batches.hpp"
#include "cuda/chip_states.hpp"
#include "cuda/device_streams.hpp"
#include "cuda/make_states.hpp"
#include "cuda/on_all_cores.hpp"
#include "kernels/cuda/chebyshev_plan.hpp"
#include "kernels/cuda/out_of_memory.hpp"
#include "model/stop.hpp"
#include "model/trace.hpp"
#include "qbatt/errors.hpp"

namespace qbatt::cuda {
namespace {

/// Two streams a device, each driven by a thread of its own: one copies and finishes rows while the other computes.
constexpr std::size_t streams_a_device = 2;

/// Room for the workspace of a diagonalization beside the buffers of one system.
constexpr std::size_t dense_margin = 4;

/// The devices that the request names, all that can run this build's code where it names none.
std::vector<int> chosen_devices(const Request& request) {
  const int count = device_count();
  std::vector<int> devices = request.cuda.devices;
  for (int device = 0; request.cuda.devices.empty() && device < count; ++device)
    if (runs_on(built_architectures(), compute_capability(device))) devices.push_back(device);
  if (devices.empty()) throw BackendError("--backend cuda: no device can run this build's code; see qbatt devices");
  for (const int device : devices)
    if (device < 0 || device >= count)
      throw BackendError(fmt::format("device (--device) = {} is not there: this machine has devices 0 to {}", device, count - 1));
  return devices;
}

/// Bytes that one stream of a device may fill: of what the request grants every device, or of what there was, the part of this
/// process. Batches larger than the cap fill no device better, and take longer to come by.
std::size_t memory_a_stream(int device, const Request& request) {
  constexpr std::size_t cap = std::size_t{8} << 30;
  const std::size_t granted = request.cuda.memory ? static_cast<std::size_t>(*request.cuda.memory) : device_budget(device);
  const std::size_t own = granted / static_cast<std::size_t>(request.cuda.processes_a_device);
  return std::min(own / streams_a_device, cap);
}

/// The chain of each system. Throws BackendError where a charger is an ensemble of several.
std::vector<LevelChain> single_chains(std::span<const CentralSpin> systems) {
  const SystemsByKind kinds(systems);
  if (kinds.ensembles().empty()) return kinds.chains();
  throw BackendError(fmt::format("backend (--backend) = cuda does not take a charger in a {} state: use --backend cpu",
                                 to_string(systems[kinds.ensembles().front()].charger_state)));
}

/// A run: rounds of systems, the batches of a round, handed out one by one, and the rows they fill.
class Run {
public:
  Run(std::span<const CentralSpin> systems, const Request& request, const LongChains& long_chains)
      : systems_(systems),
        chains_(single_chains(systems)),
        request_(request),
        long_chains_(long_chains),
        climb_(systems, chains_, request, offer_, table_, settled_) {
    table_.rows.resize(systems.size());
    table_.series.resize(request.times ? systems.size() : 0);
  }

  Table solve() {
    hold_streams();
    std::vector<std::size_t> places(systems_.size());
    std::iota(places.begin(), places.end(), std::size_t{0});
    climb_.add(places);
    while (const auto round = climb_.next()) serve(*round);
    trim();
    return std::move(table_);
  }

private:
  /// Devices are woken as far as there is work for them. Batches are to fit the smallest.
  void hold_streams() {
    const std::vector<int> devices = chosen_devices(request_);
    const std::size_t wanted = std::min(streams_a_device * devices.size(), std::max<std::size_t>(1, systems_.size()));
    for (std::size_t i = 0; i < wanted; ++i) {
      const int device = devices[i % devices.size()];
      use_device(device);
      streams_.push_back(hold_stream(device, request_.cuda.dense_routine));
      memory_ = std::min(memory_, memory_a_stream(device, request_));
    }
  }

  /// Other programs may want the memory that is kept for the next call.
  void trim() const {
    constexpr std::size_t kept = std::size_t{1} << 30;
    for (const HeldStream& held : streams_) {
      use_device(held->device);
      trim_memory(kept);
    }
  }

  /// Whether states are looked at at many times at once: for series, and by the search for the largest energy of a window.
  [[nodiscard]] bool many_times() const { return request_.times || request_.optimum == OptimumRule::global; }
  [[nodiscard]] index times_at_once() const { return many_times() ? BatchStates::most_times : kernels::PeakSearch::most_samples; }

  [[nodiscard]] std::vector<Batch> plan_dense(std::span<const std::size_t> places) const {
    BatchLimits limits;
    limits.memory = memory_;
    use_device(streams_.front()->device);
    const LinearAlgebra& linear_algebra = streams_.front()->linear_algebra;
    return plan_dense_batches(systems_, places, [&](std::int64_t n, bool constant_diagonal) {
      return largest_batch(n, limits, [&](std::int64_t count) { return batch_bytes(linear_algebra, n, constant_diagonal, count); });
    });
  }

  std::vector<Batch> plan_spectral(std::span<const std::size_t> places) {
    const TraceSpan span("plan", std::ssize(places));
    on_all_cores(places.size(), request_.threads, [&](std::size_t j) {
      const LevelChain& chain = chains_[places[j]];
      const ShootingPlan plan = plan_shooting(chain);
      plans_[places[j]] = plan;
      sizes_[places[j]] = {chain.dim, plan.descriptor.levels, plan.pairs, chain.constant_diagonal};
    });
    return plan_spectral_batches(systems_, places, sizes_, long_chains_,
                                 {.memory = memory_, .times = times_at_once(), .populations = request_.populations});
  }

  /// What teams solve, which needs no plan of the host.
  [[nodiscard]] std::vector<Batch> plan_on_chip(std::span<const std::size_t> places) const {
    return plan_chip_batches(
        systems_, places, memory_,
        [this](std::int64_t dim) { return ChipStates::bytes_a_chain(dim, many_times(), request_.populations); });
  }

  /// What takes longest first. Chains that need a plan of the host come piece by piece, the longest first, so that the streams have
  /// work from the first piece on.
  void plan_spectral_in_pieces(std::vector<std::size_t> places, BatchQueue& queue) {
    const auto on_chip = std::ranges::partition(places, [this](std::size_t i) { return !solved_on_chip(i); });
    const std::vector<std::size_t> by_teams(on_chip.begin(), on_chip.end());
    places.erase(on_chip.begin(), on_chip.end());
    plan_longer_chains(std::move(places), queue);
    queue.push(plan_on_chip(by_teams));
  }

  [[nodiscard]] bool solved_on_chip(std::size_t place) const {
    const std::int64_t levels = chain_to_shoot_at(chains_[place]).levels;
    return levels <= most_chip_levels && !long_chains_.include(chains_[place].dim);
  }

  void plan_longer_chains(std::vector<std::size_t> places, BatchQueue& queue) {
    constexpr std::size_t piece = 16'384;
    plans_.resize(systems_.size());
    sizes_.resize(systems_.size());
    std::ranges::stable_sort(places, std::ranges::greater{}, [&](std::size_t i) { return chains_[i].dim; });
    for (std::size_t first = 0; first < places.size(); first += piece) {
      throw_if_stopped(request_);
      std::vector<std::size_t> some(places.begin() + static_cast<std::ptrdiff_t>(first),
                                    places.begin() + static_cast<std::ptrdiff_t>(std::min(first + piece, places.size())));
      std::ranges::sort(some);
      queue.push(plan_spectral(some));
    }
  }

  /// Expansions are observed at the optimum alone where there is no series.
  [[nodiscard]] index times_of_expansions() const { return many_times() ? BatchStates::most_times : 1; }

  void plan(const Climb::Round& round, BatchQueue& queue) {
    // No switch: a solver that only the CPU has needs nothing here.
    const Solver solver = round.method.solver;
    if (solver == Solver::dense)
      queue.push(plan_dense(round.places));
    else if (solver == Solver::chebyshev)
      queue.push(plan_chebyshev_batches(systems_, round.places, memory_, times_of_expansions()));
    else if (solver == Solver::spectral)
      plan_spectral_in_pieces(round.places, queue);
    else
      throw BackendError(fmt::format("solver (--solver) = {} is not there on backend cuda", to_string(solver)));
  }

  [[nodiscard]] bool dense_takes(const LevelChain& chain) const {
    const std::int64_t n = padded_levels(chain.dim);
    return n <= largest_matrix &&
           dense_margin * bytes_per_system(n, chain.constant_diagonal, times_at_once(), request_.populations) <= memory_;
  }

  [[nodiscard]] bool chebyshev_takes(const LevelChain& chain) const {
    return chebyshev_bytes(padded_levels(chain.dim), chain.constant_diagonal, times_of_expansions()).of(1) <= memory_;
  }

  [[nodiscard]] std::size_t batch_bytes(const LinearAlgebra& linear_algebra, std::int64_t n, bool constant_diagonal,
                                        std::int64_t count) const {
    constexpr auto greatest = std::numeric_limits<std::size_t>::max();
    const std::size_t workspace = linear_algebra.workspace_bytes(n, count);
    const std::size_t buffers =
        static_cast<std::size_t>(count) * bytes_per_system(n, constant_diagonal, times_at_once(), request_.populations);
    return workspace > greatest - buffers ? greatest : workspace + buffers;
  }

  /// One round: its batches are planned while those that are ready are solved.
  void serve(const Climb::Round& round) {
    BatchQueue queue;
    std::vector<std::jthread> threads;
    for (const HeldStream& held : streams_) threads.emplace_back([&queue, &held, this] { serve(*held, queue); });
    try {
      plan(round, queue);
      queue.finish();
    } catch (...) {
      queue.fail(std::current_exception());
    }
    threads.clear();  // joins
    queue.rethrow();
  }

  /// One stream's part of a round.
  void serve(DeviceStream& own, BatchQueue& queue) {
    try {
      use_device(own.device);
      while (const auto batch = queue.take()) {
        attempt(*batch, own, queue);
        queue.done();
      }
    } catch (...) {
      queue.fail(std::current_exception());
    }
  }

  /// A batch for which there is no room, since others use the device too, is taken in halves.
  void attempt(const Batch& batch, DeviceStream& own, BatchQueue& queue) {
    const TraceSpan span("batch", std::ssize(batch.systems));
    try {
      climb_.attempt(
          batch.systems, [&] { return make_states(chains_, plans_, batch, request_, own.linear_algebra, own.stream, own.staging); },
          [&](std::size_t count, const std::function<void(std::size_t)>& step) { on_all_cores(count, request_.threads, step); });
    } catch (const OutOfDeviceMemory&) {
      if (batch.systems.size() == 1) throw;
      queue.push_halves(batch);
    }
  }

  void report_progress(std::size_t more) {
    finished_ += more;
    if (request_.progress) request_.progress(finished_, systems_.size());
  }

  std::span<const CentralSpin> systems_;
  std::vector<LevelChain> chains_;
  const Request& request_;
  LongChains long_chains_;
  Table table_;
  const Offer offer_{
      .together = false,
      .known_to_costs = false,
      .takes = [this](Method method,
                      const LevelChain& chain) { return method == Method::dense ? dense_takes(chain) : chebyshev_takes(chain); }};
  const std::function<void(std::size_t)> settled_ = [this](std::size_t more) { report_progress(more); };
  Climb climb_;
  std::vector<HeldStream> streams_;
  std::size_t memory_ = std::numeric_limits<std::size_t>::max();  ///< bytes a stream may fill
  std::vector<ShootingPlan> plans_;                               ///< [systems]
  std::vector<ShootingSize> sizes_;                               ///< [systems]
  std::size_t finished_ = 0;
};

}  // namespace

Table solve(std::span<const CentralSpin> systems, const Request& request) {
  return solve(systems, request, LongChains{});
}

// On a thread of its own, so that the caller's current device stays what it is.
Table solve(std::span<const CentralSpin> systems, const Request& request, const LongChains& long_chains) {
  return std::async(
             std::launch::async, [&] { return Run(systems, request, long_chains).solve(); })
      .get();
}

}  // namespace qbatt::cuda
