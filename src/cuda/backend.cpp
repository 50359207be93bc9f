#include "cuda/backend.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <iterator>
#include <limits>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>

#include "charge/row.hpp"
#include "cuda/on_all_cores.hpp"
#include "cuda/plan.hpp"
#include "cuda/rows.hpp"
#include "kernels/cuda/chebyshev_plan.hpp"
#include "qbatt/errors.hpp"

namespace qbatt::cuda {
namespace {

/// Two streams a device, each driven by a thread of its own: one copies and finishes rows while the other computes.
constexpr std::size_t streams_a_device = 2;

/// Room for the workspace of a diagonalization beside the buffers of one system.
constexpr std::size_t dense_margin = 4;

void validate_request(const Request& request) {
  if (request.optimum == OptimumRule::global) {
    throw InputError("optimum (--optimum) = global is out of range for backend cuda: it offers first-peak and none");
  }
}

bool usable(int device) {
  const DeviceScope scope(device);
  return device_usable();
}

/// The devices that the request names, all that can run this build's code where it names none.
std::vector<int> chosen_devices(const Request& request) {
  const int count = device_count();
  std::vector<int> devices = request.devices;
  for (int device = 0; request.devices.empty() && device < count; ++device) {
    if (usable(device)) {
      devices.push_back(device);
    }
  }
  if (devices.empty()) {
    throw BackendError("--backend cuda: no device can run this build's code; see qbatt devices");
  }
  for (const int device : devices) {
    if (device < 0 || device >= count) {
      throw BackendError(fmt::format("device (--device) = {} is not there: this machine has devices 0 to {}", device, count - 1));
    }
  }
  return devices;
}

/// Bytes that one stream may fill: what the request grants every device, four fifths of what is free where it says nothing.
std::size_t memory_a_stream(const Request& request) {
  const std::size_t granted = request.memory ? static_cast<std::size_t>(*request.memory) : free_memory() / 5 * 4;
  return granted / streams_a_device;
}

/// A run: the chunks, handed out one by one, and the rows they fill.
class Run {
public:
  Run(std::span<const CentralSpin> systems, const Request& request, const LongChains& long_chains)
      : systems_(systems), request_(request), long_chains_(long_chains) {
    table_.rows.resize(systems.size());
    table_.series.resize(request.times ? systems.size() : 0);
  }

  Table solve() {
    const std::vector<int> devices = chosen_devices(request_);
    std::vector<std::unique_ptr<PoolScope>> pools;
    std::ranges::transform(devices, std::back_inserter(pools), [](int device) { return std::make_unique<PoolScope>(device); });
    const std::vector<std::size_t> moving = finish_resting();
    if (moving.empty()) {
      return std::move(table_);
    }
    limit_memory(devices);
    chunks_ = plan(request_.solver, devices, moving);
    serve_all(devices);
    if (request_.solver == Solver::automatic) {
      fall_back(devices);
    }
    return std::move(table_);
  }

private:
  /// Finishes the systems in which nothing moves and returns the places of the others.
  std::vector<std::size_t> finish_resting() {
    std::vector<std::size_t> moving;
    for (std::size_t i = 0; i < systems_.size(); ++i) {
      if (systems_[i].rabi() == 0.0) {
        table_.rows[i] = begin_row(systems_[i]);
        stand_still(table_.rows[i], request_, request_.times ? &table_.series[i] : nullptr);
      } else {
        moving.push_back(i);
      }
    }
    report_progress(systems_.size() - moving.size());
    return moving;
  }

  /// Chunks are to fit the smallest device.
  void limit_memory(const std::vector<int>& devices) {
    memory_ = std::numeric_limits<std::size_t>::max();
    for (const int device : devices) {
      const DeviceScope scope(device);
      memory_ = std::min(memory_, memory_a_stream(request_));
    }
  }

  [[nodiscard]] index times_at_once() const { return request_.times ? ChunkStates::times_at_once : kernels::PeakSearch::batch; }

  [[nodiscard]] std::vector<Chunk> plan_dense(const std::vector<int>& devices, std::span<const std::size_t> places) const {
    BatchLimits limits;
    limits.memory = memory_;
    const DeviceScope scope(devices.front());
    const Stream stream;
    const LinearAlgebra linear_algebra(request_.dense_routine, stream);
    return plan_chunks(systems_, places, [&](std::int64_t n, bool constant_diagonal) {
      return largest_batch(n, limits, [&](std::int64_t count) { return chunk_bytes(linear_algebra, n, constant_diagonal, count); });
    });
  }

  std::vector<Chunk> plan_spectral(std::span<const std::size_t> places) {
    plans_.resize(systems_.size());
    std::vector<ShootingSize> sizes(systems_.size());
    on_all_cores(places.size(), request_.threads, [&](std::size_t j) {
      const CentralSpin& system = systems_[places[j]];
      const ShootingPlan plan = plan_shooting(chain_of(system));
      plans_[places[j]] = plan;
      sizes[places[j]] = {system.dim(), plan.descriptor.levels, plan.pairs, system.constant_diagonal()};
    });
    return plan_spectral_chunks(systems_, places, sizes, long_chains_,
                                {.memory = memory_, .times = times_at_once(), .populations = request_.populations});
  }

  [[nodiscard]] std::vector<Chunk> plan_chebyshev(std::span<const std::size_t> places) const {
    return plan_chebyshev_chunks(systems_, places, [&](std::int64_t n, bool constant_diagonal) {
      const std::size_t each = chebyshev_bytes_per_system(n, constant_diagonal, times_at_once(), request_.populations);
      return static_cast<std::int64_t>(std::min(memory_ / each, most_expansions));
    });
  }

  std::vector<Chunk> plan(Solver solver, const std::vector<int>& devices, std::span<const std::size_t> places) {
    switch (solver) {
      case Solver::dense:
        return plan_dense(devices, places);
      case Solver::chebyshev:
        return plan_chebyshev(places);
      default:
        return plan_spectral(places);
    }
  }

  /// What shooting left: short chains to the dense solver, longer ones to expansions and, where those take too much work, to the
  /// dense solver too.
  void fall_back(const std::vector<int>& devices) {
    constexpr std::int64_t moments = 256;   // levels to which dense takes less than a second, and behind which nothing is left
    constexpr std::int64_t minutes = 3000;  // levels from which on d^3 takes so long
    const auto short_chain = [this](std::size_t i) { return systems_[i].dim() <= moments; };
    std::vector<std::size_t> refused = std::exchange(refused_, {});
    std::ranges::sort(refused);
    std::vector<std::size_t> left;
    std::ranges::copy_if(refused, std::back_inserter(left), [&](std::size_t i) { return !short_chain(i) && chebyshev_takes(i); });
    try_instead(Solver::chebyshev, devices, left);
    std::ranges::sort(refused_);
    std::vector<std::size_t> dense;
    std::ranges::copy_if(refused, std::back_inserter(dense), [&](std::size_t i) {
      const bool still_refused = short_chain(i) || !chebyshev_takes(i) || std::ranges::binary_search(refused_, i);
      return still_refused && systems_[i].dim() <= minutes && dense_takes(systems_[i]);
    });
    try_instead(Solver::dense, devices, dense);
    report_progress(refused.size());
  }

  /// Solves these again, and keeps whichever result has the smaller bound. Leaves in refused_ which it refused.
  void try_instead(Solver solver, const std::vector<int>& devices, const std::vector<std::size_t>& places) {
    Table before;
    for (const std::size_t i : places) {
      before.rows.push_back(table_.rows[i]);
      if (request_.times) {
        before.series.push_back(std::move(table_.series[i]));
      }
    }
    refused_.clear();
    chunks_ = plan(solver, devices, places);
    serve_all(devices);
    for (std::size_t j = 0; j < places.size(); ++j) {
      if (!better(table_.rows[places[j]], before.rows[j])) {
        table_.rows[places[j]] = before.rows[j];
        if (request_.times) {
          table_.series[places[j]] = std::move(before.series[j]);
        }
      }
    }
  }

  static bool better(const Row& row, const Row& other) {
    return row.status != Status::failed && (other.status == Status::failed || row.error_bound < other.error_bound);
  }

  [[nodiscard]] bool dense_takes(const CentralSpin& system) const {
    const std::int64_t n = padded_levels(system.dim());
    return n <= largest_matrix &&
           dense_margin * bytes_per_system(n, system.constant_diagonal(), times_at_once(), request_.populations) <= memory_;
  }

  [[nodiscard]] bool chebyshev_takes(std::size_t i) const {
    const CentralSpin& system = systems_[i];
    return chebyshev_bytes_per_system(padded_levels(system.dim()), system.constant_diagonal(), times_at_once(),
                                      request_.populations) <= memory_;
  }

  [[nodiscard]] std::size_t chunk_bytes(const LinearAlgebra& linear_algebra, std::int64_t n, bool constant_diagonal,
                                        std::int64_t count) const {
    constexpr auto greatest = std::numeric_limits<std::size_t>::max();
    const std::size_t workspace = linear_algebra.workspace_bytes(n, count);
    const std::size_t buffers =
        static_cast<std::size_t>(count) * bytes_per_system(n, constant_diagonal, times_at_once(), request_.populations);
    return workspace > greatest - buffers ? greatest : workspace + buffers;
  }

  /// Works off all chunks.
  void serve_all(const std::vector<int>& devices) {
    next_ = 0;
    std::vector<std::jthread> threads;
    for (std::size_t i = 0; i < std::min(streams_a_device * devices.size(), chunks_.size()); ++i) {
      threads.emplace_back([this, device = devices[i % devices.size()]] { serve(device); });
    }
    threads.clear();  // joins
    if (error_) {
      std::rethrow_exception(error_);
    }
  }

  /// One stream's life.
  void serve(int device) {
    try {
      const DeviceScope scope(device);
      const Stream stream;
      const LinearAlgebra linear_algebra(request_.dense_routine, stream);
      ChunkStates::Staging staging;
      while (const Chunk* const chunk = take()) {
        const std::vector<std::size_t> refused =
            solve_chunk(systems_, plans_, *chunk, request_, linear_algebra, stream, staging, table_);
        const bool automatic = request_.solver == Solver::automatic;
        const std::size_t again = automatic ? remember(refused) : 0;
        report_progress(automatic && chunk->solver != Solver::spectral ? 0 : chunk->systems.size() - again);
      }
    } catch (...) {
      const std::lock_guard lock(mutex_);
      if (!error_) {
        error_ = std::current_exception();
      }
    }
  }

  /// Systems to be solved again; returns their number.
  std::size_t remember(const std::vector<std::size_t>& refused) {
    const std::lock_guard lock(mutex_);
    refused_.insert(refused_.end(), refused.begin(), refused.end());
    return refused.size();
  }

  /// The next chunk; null where none is left or another stream failed.
  const Chunk* take() {
    const std::lock_guard lock(mutex_);
    return error_ || next_ == chunks_.size() ? nullptr : &chunks_[next_++];
  }

  void report_progress(std::size_t more) {
    const std::lock_guard lock(mutex_);
    finished_ += more;
    if (request_.progress && more > 0) {
      request_.progress(finished_, systems_.size());
    }
  }

  std::span<const CentralSpin> systems_;
  const Request& request_;
  LongChains long_chains_;
  Table table_;
  std::size_t memory_ = 0;  ///< bytes a stream may fill
  std::vector<ShootingPlan> plans_;
  std::vector<Chunk> chunks_;
  std::mutex mutex_;  ///< of what follows
  std::size_t next_ = 0;
  std::size_t finished_ = 0;
  std::vector<std::size_t> refused_;
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
