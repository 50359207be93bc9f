#include "kernels/cuda/backend.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <exception>
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

void validate_request(const Request& request) {
  if (request.solver != Solver::automatic && request.solver != Solver::dense) {
    throw InputError(
        fmt::format("solver (--solver) = {} is out of range for backend cuda: it offers dense", to_string(request.solver)));
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
    plan(devices);
    std::vector<std::jthread> threads;
    for (std::size_t i = 0; i < std::min(streams_a_device * devices.size(), chunks_.size()); ++i) {
      threads.emplace_back([this, device = devices[i % devices.size()]] { serve(device); });
    }
    threads.clear();  // joins
    if (error_) {
      std::rethrow_exception(error_);
    }
    return std::move(table_);
  }

private:
  /// Finishes the systems in which nothing moves and cuts the others into chunks that fit the smallest device.
  void plan(const std::vector<int>& devices) {
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
    if (moving.empty()) {
      return;
    }
    BatchLimits limits;
    limits.memory = std::numeric_limits<std::size_t>::max();
    for (const int device : devices) {
      const DeviceScope scope(device);
      limits.memory = std::min(limits.memory, memory_a_stream(request_));
    }
    const DeviceScope scope(devices.front());
    const Stream stream;
    const LinearAlgebra linear_algebra(request_.dense_routine, stream);
    chunks_ = plan_chunks(systems_, moving, [&](std::int64_t n, bool constant_diagonal) {
      return largest_batch(n, limits, [&](std::int64_t count) { return chunk_bytes(linear_algebra, n, constant_diagonal, count); });
    });
  }

  [[nodiscard]] std::size_t chunk_bytes(const LinearAlgebra& linear_algebra, std::int64_t n, bool constant_diagonal,
                                        std::int64_t count) const {
    constexpr auto greatest = std::numeric_limits<std::size_t>::max();
    const index times = request_.times ? DenseChunk::times_at_once : kernels::PeakSearch::batch;
    const std::size_t workspace = linear_algebra.workspace_bytes(n, count);
    const std::size_t buffers =
        static_cast<std::size_t>(count) * bytes_per_system(n, constant_diagonal, times, request_.populations);
    return workspace > greatest - buffers ? greatest : workspace + buffers;
  }

  /// One stream's life.
  void serve(int device) {
    try {
      const DeviceScope scope(device);
      const Stream stream;
      const LinearAlgebra linear_algebra(request_.dense_routine, stream);
      DenseChunk::Staging staging;
      while (const Chunk* const chunk = take()) {
        solve_chunk(systems_, *chunk, request_, linear_algebra, stream, staging, table_);
        report_progress(chunk->systems.size());
      }
    } catch (...) {
      const std::lock_guard lock(mutex_);
      if (!error_) {
        error_ = std::current_exception();
      }
    }
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
  std::vector<Chunk> chunks_;
  std::mutex mutex_;  ///< of what follows
  std::size_t next_ = 0;
  std::size_t finished_ = 0;
  std::exception_ptr error_;
};

}  // namespace

Table solve(std::span<const CentralSpin> systems, const Request& request) {
  validate_request(request);
  return Run(systems, request).solve();
}

}  // namespace qbatt::cuda
