#include "cpu/cpu_backend.hpp"

#include <fmt/format.h>
#include <omp.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <exception>
#include <fstream>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include "cost/cost_model.hpp"
#include "cpu/charge.hpp"
#include "cpu/isa/isa.hpp"
#include "cpu/propagator.hpp"
#include "cpu/small/small_systems.hpp"
#include "qbatt/errors.hpp"

namespace qbatt::cpu {
namespace {

/// The systems too large for charge_together(), the most expensive first, so that the last ones to finish are short.
struct Queue {
  std::vector<std::size_t> order;
  std::size_t alone = 0;  ///< the first so many take all threads, one after the other; the others a thread each
};

Queue make_queue(std::span<const CentralSpin> systems, const Request& request, int threads) {
  constexpr double worth_a_team = 0.001;      // seconds below which waking a team costs more than it saves
  constexpr double shares = 4.0;              // a thread's work should come in as many pieces or more
  constexpr std::int64_t short_levels = 512;  // up to here optima take so short that their order does not matter
  constexpr double short_seconds = 1e-4;
  std::vector<double> cost(systems.size());
  Queue queue;
  double waiting = 0.0;
  for (std::size_t i = 0; i < systems.size(); ++i) {
    const LevelChain chain = chain_of(systems[i]);
    if (!is_small(chain, request)) {
      queue.order.push_back(i);
      cost[i] = chain.dim <= short_levels && !request.times ? short_seconds : forecast(chain, request).seconds;
      waiting += cost[i];
    }
  }
  std::ranges::stable_sort(queue.order, [&](std::size_t a, std::size_t b) { return cost[a] > cost[b]; });
  for (const std::size_t i : queue.order) {
    if (cost[i] < worth_a_team || cost[i] * shares * threads < waiting) {
      break;
    }
    waiting -= cost[i];
    ++queue.alone;
  }
  return queue;
}

/// The small systems, in groups of one dimension.
std::vector<std::vector<std::size_t>> small_groups(std::span<const CentralSpin> systems, const Request& request) {
  const auto most = static_cast<std::size_t>(kernel_set().small_lanes);
  std::array<std::vector<std::size_t>, most_small_levels + 1> waiting;
  std::vector<std::vector<std::size_t>> groups;
  for (std::size_t i = 0; i < systems.size(); ++i) {
    if (is_small(chain_of(systems[i]), request)) {
      std::vector<std::size_t>& group = waiting[static_cast<std::size_t>(systems[i].dim())];
      group.push_back(i);
      if (group.size() == most) {
        groups.push_back(std::exchange(group, {}));
      }
    }
  }
  std::ranges::copy_if(waiting, std::back_inserter(groups), [](const auto& group) { return !group.empty(); });
  return groups;
}

/// What a chunk of systems shares while it is solved.
class Batch {
public:
  Batch(std::span<const CentralSpin> systems, const Request& request) : systems_(systems), request_(request) {
    table_.rows.resize(systems.size());
    if (request.times) {
      table_.series.resize(systems.size());
    }
  }

  void run(std::size_t i, int threads) {
    unless_failed([&] { charge_alone(i, threads); });
  }

  /// Small systems of one dimension.
  void run(std::span<const std::size_t> group) {
    unless_failed([&] {
      std::vector<SmallSystem> small;
      for (const std::size_t i : group) {
        small.push_back({.system = &systems_[i], .row = &table_.rows[i], .series = series(i)});
      }
      charge_together(small, request_);
      for (std::size_t n = 0; n < small.size(); ++n) {
        if (small[n].settled) {
          report_progress();
        } else {
          charge_alone(group[n], 1);
        }
      }
    });
  }

  Table finish() {
    if (error_) {
      std::rethrow_exception(error_);
    }
    return std::move(table_);
  }

private:
  void charge_alone(std::size_t i, int threads) {
    table_.rows[i] = charge(systems_[i], request_, threads, series(i));
    report_progress();
  }

  [[nodiscard]] Series* series(std::size_t i) { return request_.times ? &table_.series[i] : nullptr; }

  template <class Work>
  void unless_failed(const Work& work) {
    if (failed_.load(std::memory_order_relaxed)) {
      return;
    }
    try {
      work();
    } catch (...) {
#pragma omp critical(qbatt_batch_error)
      error_ = std::current_exception();
      failed_ = true;
    }
  }

  void report_progress() {
    if (request_.progress) {
#pragma omp critical(qbatt_batch_progress)  // counts and calls in one order
      request_.progress(++finished_, systems_.size());
    }
  }

  std::span<const CentralSpin> systems_;
  const Request& request_;
  Table table_;
  std::exception_ptr error_;
  std::atomic<bool> failed_ = false;
  std::size_t finished_ = 0;
};

std::string processor_name() {
  std::ifstream info("/proc/cpuinfo");
  for (std::string line; std::getline(info, line);) {
    const auto colon = line.find(": ");
    if (line.starts_with("model name") && colon != std::string::npos) {
      return line.substr(colon + 2);
    }
  }
  return "unknown processor";
}

}  // namespace

Table solve(std::span<const CentralSpin> systems, const Request& request) {
  kernel_set();  // an instruction set that is not there is an error of the whole call
  if (request.solver == Solver::dense && !has_dense()) {
    throw BackendError(
        "solver (--solver) = dense is not there: the CPU backend was built without LAPACK; use --solver spectral or chebyshev");
  }
  const int threads = request.threads > 0 ? request.threads : omp_get_max_threads();
  const Queue queue = make_queue(systems, request, threads);
  const std::vector<std::vector<std::size_t>> groups = small_groups(systems, request);
  Batch batch(systems, request);
  for (const std::size_t i : std::span(queue.order).first(queue.alone)) {
    batch.run(i, threads);
  }
  const auto others = std::span<const std::size_t>(queue.order).subspan(queue.alone);
#pragma omp parallel num_threads(threads)
  {
#pragma omp for schedule(dynamic, 1) nowait
    for (const std::size_t i : others) {
      batch.run(i, 1);
    }
#pragma omp for schedule(dynamic, 4)
    for (const auto& group : groups) {
      batch.run(group);
    }
  }
  return batch.finish();
}

DeviceReport describe_device() {
  return {
      .backend = "cpu",
      .found = true,
      .description = fmt::format("{}, {} threads, instruction set {}", processor_name(), omp_get_max_threads(), instruction_set())};
}

}  // namespace qbatt::cpu
