#include "cpu/cpu_backend.hpp"

#include <fmt/format.h>
#include <omp.h>

#include <algorithm>
#include <atomic>
#include <exception>
#include <fstream>
#include <numeric>
#include <string>
#include <vector>

#include "cpu/isa.hpp"
#include "cpu/propagator.hpp"
#include "qbatt/errors.hpp"
#include "solve/charge.hpp"
#include "solve/plan.hpp"

namespace qbatt::cpu {
namespace {

/// Lane-levels from which on a system is worth all threads: below, starting a team costs more than it saves.
constexpr double large_system = 5e6;

/// Indices of the systems, the most expensive first, so that the last ones to finish are short.
std::vector<std::size_t> by_falling_cost(std::span<const CentralSpin> systems) {
  std::vector<double> cost(systems.size());
  std::ranges::transform(systems, cost.begin(), predicted_cost);
  std::vector<std::size_t> order(systems.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, [&](std::size_t a, std::size_t b) { return cost[a] > cost[b]; });
  return order;
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
    if (failed_.load(std::memory_order_relaxed)) {
      return;
    }
    try {
      table_.rows[i] = charge(systems_[i], request_, threads, request_.times ? &table_.series[i] : nullptr);
      report_progress();
    } catch (...) {
#pragma omp critical(qbatt_batch_error)
      error_ = std::current_exception();
      failed_ = true;
    }
  }

  Table finish() {
    if (error_) {
      std::rethrow_exception(error_);
    }
    return std::move(table_);
  }

private:
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
    throw BackendError("solver (--solver) = dense is not there: the CPU backend was built without LAPACK; use --solver spectral");
  }
  const int threads = request.threads > 0 ? request.threads : omp_get_max_threads();
  const std::vector<std::size_t> order = by_falling_cost(systems);
  Batch batch(systems, request);
  const auto first_small =
      std::ranges::find_if(order, [&](std::size_t i) { return predicted_cost(systems[i]) < large_system; }) - order.begin();
  for (std::ptrdiff_t i = 0; i < first_small; ++i) {
    batch.run(order[static_cast<std::size_t>(i)], threads);
  }
  const auto count = static_cast<std::ptrdiff_t>(order.size());
#pragma omp parallel for schedule(dynamic, 1) num_threads(threads)
  for (std::ptrdiff_t i = first_small; i < count; ++i) {
    batch.run(order[static_cast<std::size_t>(i)], 1);
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
