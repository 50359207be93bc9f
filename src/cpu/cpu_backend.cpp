#include "cpu/cpu_backend.hpp"

#include <fmt/format.h>
#include <omp.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <exception>
#include <fstream>
#include <iterator>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "charge/climb.hpp"
#include "charge/ensembles.hpp"
#include "charge/ladder.hpp"
#include "cost/cost_model.hpp"
#include "cpu/chebyshev/chebyshev.hpp"
#include "cpu/dense/dense.hpp"
#include "cpu/dense/singular_values.hpp"
#include "cpu/isa/isa.hpp"
#include "cpu/small/small_systems.hpp"
#include "cpu/spectral/spectral.hpp"
#include "cpu/team.hpp"
#include "model/trace.hpp"
#include "qbatt/errors.hpp"
#include "text/text.hpp"

namespace qbatt::cpu {
namespace {

/// The systems too large for Method::together, the most expensive first, so that the last ones to finish are short.
struct Queue {
  std::vector<std::size_t> order;
  std::size_t alone = 0;  ///< the first so many take all threads, one after the other; the others a thread each
};

Queue make_queue(std::span<const LevelChain> chains, std::span<const std::size_t> places, const Request& request, int threads) {
  constexpr double worth_a_team = 0.001;      // seconds below which waking a team costs more than it saves
  constexpr double shares = 4.0;              // a thread's work should come in as many pieces or more
  constexpr std::int64_t short_levels = 512;  // up to here optima take so short that their order does not matter
  constexpr double short_seconds = 1e-4;
  std::vector<double> cost(chains.size());
  Queue queue;
  double waiting = 0.0;
  for (const std::size_t i : places) {
    const LevelChain& chain = chains[i];
    if (!is_small(chain, request)) {
      queue.order.push_back(i);
      cost[i] = chain.dim <= short_levels && !request.times ? short_seconds : forecast(chain, request).seconds;
      waiting += cost[i];
    }
  }
  std::ranges::stable_sort(queue.order, [&](std::size_t a, std::size_t b) { return cost[a] > cost[b]; });
  for (const std::size_t i : queue.order) {
    if (cost[i] < worth_a_team || cost[i] * shares * threads < waiting) break;
    waiting -= cost[i];
    ++queue.alone;
  }
  return queue;
}

/// The small systems, in groups of one dimension.
std::vector<std::vector<std::size_t>> small_groups(std::span<const LevelChain> chains, std::span<const std::size_t> places,
                                                   const Request& request) {
  const auto most = static_cast<std::size_t>(kernel_set().small_lanes);
  std::array<std::vector<std::size_t>, most_small_levels + 1> waiting;
  std::vector<std::vector<std::size_t>> groups;
  for (const std::size_t i : places) {
    if (is_small(chains[i], request)) {
      std::vector<std::size_t>& group = waiting[static_cast<std::size_t>(chains[i].dim)];
      group.push_back(i);
      if (group.size() == most) groups.push_back(std::exchange(group, {}));
    }
  }
  std::ranges::copy_if(waiting, std::back_inserter(groups), [](const auto& group) { return !group.empty(); });
  return groups;
}

Offer cpu_offer() {
  return {.together = true,
          .known_to_costs = true,
          .takes = [](Method method, const LevelChain&) { return method != Method::dense || why_no_dense().empty(); }};
}

/// The states of chains that one method solves together: a single one, or small ones of one dimension.
std::unique_ptr<States> make_states(Method method, std::span<const LevelChain* const> chains, const Request& request, int threads) {
  const Workers workers{threads, request.stop};
  const LevelChain& first = *chains.front();
  switch (method.solver) {
    case Solver::automatic:
    case Solver::spectral:
      if (method.side_by_side) return make_small_states(chains, request.times.has_value());
      return make_spectral_states(first, workers);
    case Solver::chebyshev:
      return make_chebyshev_states(first, request.stop, expansion_limit(request));
    case Solver::dense:
      return make_dense_states(first);
  }
  return nullptr;
}

/// One call: the systems, their ladders, and the rows that they fill.
class Run {
public:
  Run(std::span<const CentralSpin> systems, std::span<const LevelChain> chains, const Request& request)
      : systems_(systems), chains_(chains), request_(request) {
    table_.rows.resize(systems.size());
    if (request.times) table_.series.resize(systems.size());
  }

  /// Takes systems up their ladders: one alone, or small ones of one dimension.
  void solve(std::span<const std::size_t> places, int threads) {
    if (failed_.load(std::memory_order_relaxed)) return;
    try {
      Climb climb(systems_, chains_, request_, offer_, table_, settled_);
      climb.add(places);
      while (const auto round = climb.next()) attempt(*round, threads, climb);
    } catch (...) {
#pragma omp critical(qbatt_run_error)
      error_ = std::current_exception();
      failed_ = true;
    }
  }

  /// Systems whose chargers are ensembles of chains.
  void solve_ensembles(std::span<const std::size_t> places, int threads) {
    if (places.empty() || failed_.load(std::memory_order_relaxed)) return;
    const ForEachJob for_each = [&](std::size_t count, const std::function<void(std::size_t)>& step) {
      share_out(static_cast<std::int64_t>(count), {threads, request_.stop},
                [&](std::int64_t i, int /*thread*/) { step(static_cast<std::size_t>(i)); });
    };
    constexpr std::size_t few = 16;  // enough for the units that are small
    const ChainWork work{.offer = offer_,
                         .cut = [this](Method method, std::span<const LevelChain> chains,
                                       std::span<const std::size_t> numbers) { return cut(method, chains, numbers); },
                         .for_each = for_each,
                         .times_at_once = few};
    try {
      charge_ensembles(systems_, places, request_, work, singular_values, table_, settled_);
    } catch (...) {
      error_ = std::current_exception();
      failed_ = true;
    }
  }

  Table finish() {
    if (error_) std::rethrow_exception(error_);
    return std::move(table_);
  }

private:
  /// Single chains, or side by side as many of one dimension as there are lanes.
  [[nodiscard]] std::vector<ChainWork::Portion> cut(Method method, std::span<const LevelChain> chains,
                                                    std::span<const std::size_t> numbers) const {
    const std::size_t most = method.side_by_side ? static_cast<std::size_t>(kernel_set().small_lanes) : 1;
    std::vector<ChainWork::Portion> portions;
    const auto add = [&](std::vector<std::size_t> some) {
      std::vector<const LevelChain*> own;
      own.reserve(some.size());
      for (const std::size_t i : some) own.push_back(&chains[i]);
      portions.push_back({std::move(some), [this, method, own = std::move(own)]() -> std::unique_ptr<States> {
                            return make_states(method, own, request_, 1);
                          }});
    };
    std::map<std::int64_t, std::vector<std::size_t>> waiting;  // by dimension
    for (const std::size_t i : numbers) {
      std::vector<std::size_t>& group = waiting[method.side_by_side ? chains[i].dim : 0];
      group.push_back(i);
      if (group.size() == most) add(std::exchange(group, {}));
    }
    for (auto& [dim, group] : waiting)
      if (!group.empty()) add(std::move(group));
    return portions;
  }

  void attempt(const Climb::Round& round, int threads, Climb& climb) {
    const std::size_t together = round.method == Method::together ? round.places.size() : 1;
    for (std::size_t begin = 0; begin < round.places.size(); begin += together) {
      const auto places = std::span(round.places).subspan(begin, together);
      climb.attempt(places, [&]() -> std::shared_ptr<States> {
        std::vector<const LevelChain*> chains;
        chains.reserve(places.size());
        for (const std::size_t place : places) chains.push_back(&chains_[place]);
        return make_states(round.method, chains, request_, threads);
      });
    }
  }

  void report_progress(std::size_t more) {
    if (request_.progress) {
#pragma omp critical(qbatt_run_progress)  // counts and calls in one order
      request_.progress(finished_ += more, systems_.size());
    }
  }

  std::span<const CentralSpin> systems_;
  std::span<const LevelChain> chains_;
  const Request& request_;
  const Offer offer_ = cpu_offer();
  const std::function<void(std::size_t)> settled_ = [this](std::size_t more) { report_progress(more); };
  Table table_;
  std::exception_ptr error_;
  std::atomic<bool> failed_ = false;
  std::size_t finished_ = 0;
};

/// Systems in the order in which they are solved.
class Planned final : public PreparedWork {
public:
  Planned(std::span<const CentralSpin> systems, const Request& request)
      : threads_(request.threads > 0 ? request.threads : omp_get_max_threads()),
        kinds_(systems),
        queue_(make_queue(kinds_.chains(), kinds_.single(), request, threads_)),
        groups_(small_groups(kinds_.chains(), kinds_.single(), request)),
        run_(systems, kinds_.chains(), request) {}

  Table solve() override {
    run_.solve_ensembles(kinds_.ensembles(), threads_);
    for (const std::size_t i : std::span(queue_.order).first(queue_.alone)) run_.solve({&i, 1}, threads_);
    const auto others = std::span<const std::size_t>(queue_.order).subspan(queue_.alone);
    // A team with nothing to share costs more than a small system: to wake it, and to wait for it where others use the cores too.
    const int team = std::clamp(static_cast<int>(others.size() + groups_.size()), 1, threads_);
#pragma omp parallel num_threads(team) if (team > 1)
    {
#pragma omp for schedule(dynamic, 1) nowait
      for (const std::size_t i : others) run_.solve({&i, 1}, 1);
#pragma omp for schedule(dynamic, 1)
      for (const auto& group : groups_) run_.solve(group, 1);
    }
    return run_.finish();
  }

private:
  int threads_;
  SystemsByKind kinds_;
  Queue queue_;
  std::vector<std::vector<std::size_t>> groups_;
  Run run_;
};

std::string processor_name() {
  std::ifstream info("/proc/cpuinfo");
  for (std::string line; std::getline(info, line);) {
    const auto colon = line.find(": ");
    if (line.starts_with("model name") && colon != std::string::npos) return line.substr(colon + 2);
  }
  return "unknown processor";
}

}  // namespace

std::unique_ptr<PreparedWork> prepare(std::span<const CentralSpin> systems, const Request& request) {
  kernel_set();  // an instruction set that is not there is an error of the whole call
  if (request.solver == Solver::dense && !why_no_dense().empty()) {
    throw BackendError(
        fmt::format("solver (--solver) = dense is not there: {}; use --solver spectral or chebyshev", why_no_dense()));
  }
  const TraceSpan span("plan", std::ssize(systems));
  return std::make_unique<Planned>(systems, request);
}

DeviceReport describe_device() {
  return {.backend = "cpu",
          .found = true,
          .description = fmt::format("{}, {}, instruction set {}", processor_name(), counted(omp_get_max_threads(), "thread"),
                                     instruction_set())};
}

}  // namespace qbatt::cpu
