#include "cuda/backend.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <iterator>
#include <limits>
#include <memory>
#include <mutex>
#include <numeric>
#include <thread>
#include <utility>

#include "charge/climb.hpp"
#include "cuda/batches.hpp"
#include "cuda/make_states.hpp"
#include "cuda/on_all_cores.hpp"
#include "kernels/cuda/chebyshev_plan.hpp"
#include "qbatt/errors.hpp"

namespace qbatt::cuda {
namespace {

/// Two streams a device, each driven by a thread of its own: one copies and finishes rows while the other computes.
constexpr std::size_t streams_a_device = 2;

/// Room for the workspace of a diagonalization beside the buffers of one system.
constexpr std::size_t dense_margin = 4;

void validate_request(const Request& request) {
  if (request.optimum == OptimumRule::global)
    throw InputError("optimum (--optimum) = global is out of range for backend cuda: it offers first-peak and none", "--optimum");
}

bool usable(int device) {
  const DeviceScope scope(device);
  return device_usable();
}

/// The devices that the request names, all that can run this build's code where it names none.
std::vector<int> chosen_devices(const Request& request) {
  const int count = device_count();
  std::vector<int> devices = request.cuda.devices;
  for (int device = 0; request.cuda.devices.empty() && device < count; ++device)
    if (usable(device)) devices.push_back(device);
  if (devices.empty()) throw BackendError("--backend cuda: no device can run this build's code; see qbatt devices");
  for (const int device : devices)
    if (device < 0 || device >= count)
      throw BackendError(fmt::format("device (--device) = {} is not there: this machine has devices 0 to {}", device, count - 1));
  return devices;
}

/// Bytes that one stream may fill: what the request grants every device, four fifths of what is free where it says nothing.
std::size_t memory_a_stream(const Request& request) {
  const std::size_t granted = request.cuda.memory ? static_cast<std::size_t>(*request.cuda.memory) : free_memory() / 5 * 4;
  return granted / streams_a_device;
}

/// A run: rounds of systems, the batches of a round, handed out one by one, and the rows they fill.
class Run {
public:
  Run(std::span<const CentralSpin> systems, const Request& request, const LongChains& long_chains)
      : systems_(systems),
        chains_(chains_of(systems)),
        request_(request),
        long_chains_(long_chains),
        climb_(systems, chains_, request, offer_, table_, settled_) {
    table_.rows.resize(systems.size());
    table_.series.resize(request.times ? systems.size() : 0);
  }

  Table solve() {
    const std::vector<int> devices = chosen_devices(request_);
    std::vector<std::unique_ptr<PoolScope>> pools;
    std::ranges::transform(devices, std::back_inserter(pools), [](int device) { return std::make_unique<PoolScope>(device); });
    std::vector<std::size_t> places(systems_.size());
    std::iota(places.begin(), places.end(), std::size_t{0});
    climb_.add(places);
    limit_memory(devices);
    while (const auto round = climb_.next()) {
      batches_ = plan(round->method.solver, devices, round->places);
      serve_all(devices);
    }
    return std::move(table_);
  }

private:
  /// Batches are to fit the smallest device.
  void limit_memory(const std::vector<int>& devices) {
    memory_ = std::numeric_limits<std::size_t>::max();
    for (const int device : devices) {
      const DeviceScope scope(device);
      memory_ = std::min(memory_, memory_a_stream(request_));
    }
  }

  [[nodiscard]] index times_at_once() const { return request_.times ? BatchStates::most_times : kernels::PeakSearch::most_samples; }

  [[nodiscard]] std::vector<Batch> plan_dense(const std::vector<int>& devices, std::span<const std::size_t> places) const {
    BatchLimits limits;
    limits.memory = memory_;
    const DeviceScope scope(devices.front());
    const Stream stream;
    const LinearAlgebra linear_algebra(request_.cuda.dense_routine, stream);
    return plan_dense_batches(systems_, places, [&](std::int64_t n, bool constant_diagonal) {
      return largest_batch(n, limits, [&](std::int64_t count) { return batch_bytes(linear_algebra, n, constant_diagonal, count); });
    });
  }

  std::vector<Batch> plan_spectral(std::span<const std::size_t> places) {
    plans_.resize(systems_.size());
    std::vector<ShootingSize> sizes(systems_.size());
    on_all_cores(places.size(), request_.threads, [&](std::size_t j) {
      const LevelChain& chain = chains_[places[j]];
      const ShootingPlan plan = plan_shooting(chain);
      plans_[places[j]] = plan;
      sizes[places[j]] = {chain.dim, plan.descriptor.levels, plan.pairs, chain.constant_diagonal};
    });
    return plan_spectral_batches(systems_, places, sizes, long_chains_,
                                 {.memory = memory_, .times = times_at_once(), .populations = request_.populations});
  }

  /// Expansions are observed at the optimum alone where there is no series.
  [[nodiscard]] index times_of_expansions() const { return request_.times ? BatchStates::most_times : 1; }

  std::vector<Batch> plan(Solver solver, const std::vector<int>& devices, std::span<const std::size_t> places) {
    if (solver == Solver::dense) return plan_dense(devices, places);
    if (solver == Solver::chebyshev) return plan_chebyshev_batches(systems_, places, memory_, times_of_expansions());
    if (solver != Solver::spectral)
      throw BackendError(fmt::format("solver (--solver) = {} is not there on backend cuda", to_string(solver)));
    return plan_spectral(places);
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

  /// Works off all batches.
  void serve_all(const std::vector<int>& devices) {
    next_ = 0;
    std::vector<std::jthread> threads;
    for (std::size_t i = 0; i < std::min(streams_a_device * devices.size(), batches_.size()); ++i)
      threads.emplace_back([this, device = devices[i % devices.size()]] { serve(device); });
    threads.clear();  // joins
    if (error_) std::rethrow_exception(error_);
  }

  /// One stream's life.
  void serve(int device) {
    try {
      const DeviceScope scope(device);
      const Stream stream;
      const LinearAlgebra linear_algebra(request_.cuda.dense_routine, stream);
      BatchStates::Staging staging;
      while (const Batch* const batch = take()) {
        climb_.attempt(
            batch->systems, [&] { return make_states(chains_, plans_, *batch, request_, linear_algebra, stream, staging); });
      }
    } catch (...) {
      const std::lock_guard lock(mutex_);
      if (!error_) error_ = std::current_exception();
    }
  }

  /// The next batch; null where none is left or another stream failed.
  const Batch* take() {
    const std::lock_guard lock(mutex_);
    return error_ || next_ == batches_.size() ? nullptr : &batches_[next_++];
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
  std::size_t memory_ = 0;  ///< bytes a stream may fill
  std::vector<ShootingPlan> plans_;
  std::size_t finished_ = 0;
  std::vector<Batch> batches_;
  std::mutex mutex_;  ///< of what follows
  std::size_t next_ = 0;
  std::exception_ptr error_;
};

}  // namespace

Table solve(std::span<const CentralSpin> systems, const Request& request) {
  return solve(systems, request, LongChains{});
}

Table solve(std::span<const CentralSpin> systems, const Request& request, const LongChains& long_chains) {
  validate_request(request);
  return Run(systems, request, long_chains).solve();
}

}  // namespace qbatt::cuda
