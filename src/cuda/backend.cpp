#include "cuda/backend.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <functional>
#include <future>
#include <limits>
#include <memory>
#include <optional>
#include <thread>
#include <utility>

#include "charge/climb.hpp"
#include "charge/ensembles.hpp"
#include "cuda/architectures.hpp"
#include "cuda/batch_queue.hpp"
#include "cuda/device_streams.hpp"
#include "cuda/ensemble_work.hpp"
#include "cuda/make_states.hpp"
#include "cuda/on_all_cores.hpp"
#include "cuda/planner.hpp"
#include "kernels/cuda/out_of_memory.hpp"
#include "model/trace.hpp"
#include "qbatt/errors.hpp"

namespace qbatt::cuda {
namespace {

/// Two streams a device, each driven by a thread of its own: one copies and finishes rows while the other computes.
constexpr std::size_t streams_a_device = 2;

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

/// Batches larger than that fill no device better, and take longer to come by.
constexpr std::size_t most_memory_of_several = std::size_t{8} << 30;

/// Bytes that one of so many streams of a device may fill: of what the request grants every device, or of what there was, the part
/// of this process.
std::size_t memory_a_stream(int device, std::size_t streams, const Request& request) {
  const std::size_t granted = request.cuda.memory ? static_cast<std::size_t>(*request.cuda.memory) : device_budget(device);
  return memory_of_stream(granted, request.cuda.processes_a_device, streams);
}

/// A run: ensembles; then rounds of single chains, the batches of a round, handed out one by one, and the rows they fill. Before it
/// is its turn, streams are held and the batches of the first round planned.
class Run final : public PreparedWork {
public:
  Run(std::span<const CentralSpin> systems, const Request& request, const LongChains& long_chains,
      const SingularValues& singular_values)
      : systems_(systems),
        kinds_(systems),
        request_(request),
        long_chains_(long_chains),
        singular_values_(singular_values),
        climb_(systems, kinds_.chains(), request, offer_, table_, settled_) {
    table_.rows.resize(systems.size());
    table_.series.resize(request.times ? systems.size() : 0);
  }

  void prepare() {
    hold_streams();
    if (streams_.empty()) return;
    planner_.emplace(kinds_.chains(), request_, long_chains_, room_, *streams_.front());
    climb_.add(kinds_.single());
    first_ = climb_.next();
    if (first_) planning_ = std::async(std::launch::async, [this] { plan(*first_, first_queue_); });
  }

  /// On a thread of its own, as prepare() is to be called, so that the caller's current device stays what it is.
  Table solve() override {
    return std::async(
               std::launch::async, [this] { return solve_here(); })
        .get();
  }

private:
  Table solve_here() {
    begin_to_report();
    if (streams_.empty()) return std::move(table_);
    solve_ensembles();
    if (first_) serve(first_queue_);
    while (const auto round = climb_.next()) {
      BatchQueue queue;
      const auto planning = std::async(std::launch::async, [&] { plan(*round, queue); });
      serve(queue);
    }
    trim();
    return std::move(table_);
  }

  /// Devices are woken as far as there is work for them: none for an empty list, with which a process only asks whether they are
  /// there. Batches are to fit the smallest.
  void hold_streams() {
    const std::vector<int> devices = chosen_devices(request_);
    const std::size_t chains = kinds_.ensembles().empty() ? systems_.size() : std::numeric_limits<std::size_t>::max();
    const std::size_t wanted = std::min(streams_a_device * devices.size(), chains);
    const std::size_t a_device = (wanted + devices.size() - 1) / devices.size();
    room_ = {.memory = {.several = most_memory_of_several, .alone = std::numeric_limits<std::size_t>::max()},
             .many_times = request_.times || request_.optimum == OptimumRule::global,
             .populations = request_.populations};
    for (std::size_t i = 0; i < wanted; ++i) {
      const int device = devices[i % devices.size()];
      use_device(device);
      streams_.push_back(hold_stream(device, request_.cuda.dense_routine));
      room_.memory.alone = std::min(room_.memory.alone, memory_a_stream(device, a_device, request_));
    }
    room_.memory.several = std::min(room_.memory.several, room_.memory.alone);
  }

  /// Other programs may want the memory that is kept for the next call.
  void trim() const {
    constexpr std::size_t kept = std::size_t{1} << 30;
    for (const HeldStream& held : streams_) {
      use_device(held->device);
      trim_memory(kept);
    }
  }

  void solve_ensembles() {
    if (kinds_.ensembles().empty()) return;
    if (planning_.valid()) planning_.wait();  // which may ask the library of a stream for the size of its workspace
    // Searches ask for a few times, rows for populations.
    Room room = room_;
    room.many_times = true;
    room.populations = true;
    const ChainWork work = chain_work(offer_, request_, long_chains_, room, streams_);
    const std::span<const std::size_t> places(kinds_.ensembles());
    std::size_t most = places.size();
    for (std::size_t begin = 0; begin < places.size();) {
      const auto some = places.subspan(begin, std::min(most, places.size() - begin));
      if (charged(some, work))
        begin += some.size();
      else
        most = (some.size() + 1) / 2;
    }
  }

  /// Charges some of the ensembles; false where the device has no room for their chains, of which a few may have: the chains of
  /// rows that are charged together stay there until these are done.
  bool charged(std::span<const std::size_t> places, const ChainWork& work) {
    const std::size_t before = finished_;
    try {
      charge_ensembles(systems_, places, request_, work, singular_values_, table_, settled_);
      return true;
    } catch (const OutOfDeviceMemory&) {
      if (places.size() == 1) throw;
      finished_ = before;
      return false;
    }
  }

  void plan(const Climb::Round& round, BatchQueue& queue) {
    try {
      planner_->plan(round.method, round.places, [&](std::vector<Batch> batches) { queue.push(std::move(batches)); });
      queue.finish();
    } catch (...) {
      queue.fail(std::current_exception());
    }
  }

  /// One round: what is ready is solved while the rest is planned.
  void serve(BatchQueue& queue) {
    {
      std::vector<std::jthread> threads;
      for (const HeldStream& held : streams_) threads.emplace_back([&queue, &held, this] { serve(*held, queue); });
    }
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
          batch.systems, [&] { return make_states(kinds_.chains(), planner_->plans(), batch, wanted_of(request_), request_, own); },
          [&](std::size_t count, const std::function<void(std::size_t)>& step) { on_all_cores(count, request_.threads, step); });
    } catch (const OutOfDeviceMemory&) {
      if (batch.systems.size() == 1) throw;
      queue.push_halves(batch);
    }
  }

  void report_progress(std::size_t more) {
    finished_ += more;
    if (!reports_) return;
    reported_ = std::max(reported_, finished_);  // what is tried again was reported before
    if (request_.progress) request_.progress(reported_, systems_.size());
  }

  void begin_to_report() {
    reports_ = true;
    if (finished_ > 0) report_progress(0);
  }

  std::span<const CentralSpin> systems_;
  SystemsByKind kinds_;
  const Request& request_;
  LongChains long_chains_;
  SingularValues singular_values_;
  Table table_;
  Room room_;
  const Offer offer_{.together = false,
                     .known_to_costs = false,
                     .takes = [this](Method method, const LevelChain& chain) { return room_.takes(method, chain); }};
  const std::function<void(std::size_t)> settled_ = [this](std::size_t more) { report_progress(more); };
  Climb climb_;
  std::vector<HeldStream> streams_;
  std::optional<Planner> planner_;
  std::size_t finished_ = 0;
  std::size_t reported_ = 0;
  bool reports_ = false;  ///< it is this run's turn
  std::optional<Climb::Round> first_;
  BatchQueue first_queue_;
  std::future<void> planning_;  ///< of the first round; its destructor waits
};

std::unique_ptr<Run> prepare_run(std::span<const CentralSpin> systems, const Request& request,
                                 const SingularValues& singular_values, const LongChains& long_chains) {
  const auto make = [&] {
    const TraceSpan span("plan", std::ssize(systems));
    auto run = std::make_unique<Run>(systems, request, long_chains, singular_values);
    run->prepare();
    return run;
  };
  return std::async(std::launch::async, make).get();
}

}  // namespace

std::unique_ptr<PreparedWork> prepare(std::span<const CentralSpin> systems, const Request& request,
                                      const SingularValues& singular_values) {
  return prepare_run(systems, request, singular_values, LongChains{});
}

Table solve(std::span<const CentralSpin> systems, const Request& request, const SingularValues& singular_values) {
  return solve(systems, request, singular_values, LongChains{});
}

Table solve(std::span<const CentralSpin> systems, const Request& request, const SingularValues& singular_values,
            const LongChains& long_chains) {
  return prepare_run(systems, request, singular_values, long_chains)->solve();
}

}  // namespace qbatt::cuda
