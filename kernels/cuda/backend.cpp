#include "kernels/cuda/backend.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <functional>
#include <future>
#include <iterator>
#include <limits>
#include <memory>
#include <mutex>
#include <thread>

#include "kernels/cuda/plan.hpp"
#include "kernels/cuda/rows.hpp"
#include "qbatt/errors.hpp"
#include "solve/row.hpp"

namespace qbatt::cuda {
namespace {

/// Two streams a device, each driven by a thread of its own: one copies and finishes rows while the other computes.
constexpr std::size_t streams_a_device = 2;

/// A chunk of so many fills a device whatever their size; more chunks keep all streams busy.
constexpr std::size_t most_systems_a_chunk = 65'536;

/// Room for the workspace of a diagonalization beside the buffers of one system.
constexpr std::size_t dense_margin = 4;

void validate_request(const Request& request) {
  if (request.solver == Solver::chebyshev) {
    throw InputError("solver (--solver) = chebyshev is out of range for backend cuda: it offers auto, spectral and dense");
  }
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
  Run(std::span<const CentralSpin> systems, const Request& request) : systems_(systems), request_(request) {
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
    chunks_ = request_.solver == Solver::dense ? plan_dense(devices, moving) : plan_spectral(moving);
    serve_all(devices);
    if (!refused_.empty()) {
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
    std::vector<std::int64_t> pairs(systems_.size());
    on_all_cores(places, [&](std::size_t i) {
      plans_[i] = plan_shooting(systems_[i]);
      pairs[i] = plans_[i].pairs;
    });
    return plan_shooting_chunks(systems_, places, pairs, [&](std::int64_t n, std::int64_t room, bool constant_diagonal) {
      const std::size_t each = shooting_bytes_per_system(n, room, constant_diagonal, times_at_once(), request_.populations);
      return static_cast<std::int64_t>(std::min<std::size_t>(memory_ / each, most_systems_a_chunk));
    });
  }

  /// step(i) for every place. A plan takes microseconds, where the diagonal varies up to some hundred, and there may be
  /// millions before the device has work.
  void on_all_cores(std::span<const std::size_t> places, const std::function<void(std::size_t)>& step) const {
    constexpr std::size_t least_each = 16;
    const std::size_t cores =
        request_.threads > 0 ? static_cast<std::size_t>(request_.threads) : std::thread::hardware_concurrency();
    const std::size_t threads = std::clamp<std::size_t>(places.size() / least_each, 1, std::max<std::size_t>(1, cores));
    std::vector<std::future<void>> parts;
    for (std::size_t part = 0; part < threads; ++part) {
      parts.push_back(std::async(std::launch::async, [&, part] {
        for (std::size_t j = part; j < places.size(); j += threads) {
          step(places[j]);
        }
      }));
    }
    std::ranges::for_each(parts, &std::future<void>::get);
  }

  /// What shooting left, where the solver is automatic: to the dense solver, if it can take it, and whichever bound is smaller.
  void fall_back(const std::vector<int>& devices) {
    std::ranges::sort(refused_);
    std::vector<std::size_t> places;
    std::ranges::copy_if(refused_, std::back_inserter(places), [this](std::size_t i) { return dense_takes(systems_[i]); });
    report_progress(refused_.size() - places.size());
    Table shot;
    for (const std::size_t i : places) {
      shot.rows.push_back(table_.rows[i]);
      if (request_.times) {
        shot.series.push_back(std::move(table_.series[i]));
      }
    }
    chunks_ = plan_dense(devices, places);
    serve_all(devices);
    for (std::size_t j = 0; j < places.size(); ++j) {
      if (!better(table_.rows[places[j]], shot.rows[j])) {
        table_.rows[places[j]] = shot.rows[j];
        if (request_.times) {
          table_.series[places[j]] = std::move(shot.series[j]);
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
        const bool again = request_.solver == Solver::automatic && chunk->solver == Solver::spectral;
        report_progress(chunk->systems.size() - (again ? remember(refused) : 0));
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
  validate_request(request);
  return Run(systems, request).solve();
}

}  // namespace qbatt::cuda
