#include "cli/throughput.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <vector>

namespace qbatt::cli {
namespace {

constexpr int repeats = 3;
constexpr std::int64_t grid_size = 64;
constexpr std::size_t most_systems = 1U << 18U;
constexpr std::int64_t most_levels = 1 << 26;

double seconds_of(const std::vector<CentralSpin>& systems, const Request& request, Table& table) {
  const auto start = std::chrono::steady_clock::now();
  table = solve(systems, request);
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

double best_seconds_of(const std::vector<CentralSpin>& systems, const Request& request) {
  double best = HUGE_VAL;
  Table table;
  for (int i = 0; i < repeats; ++i) best = std::min(best, seconds_of(systems, request, table));
  return best;
}

/// The fewest copies, a power of four, that keep the solver busy long enough.
std::vector<CentralSpin> enough_copies(const CentralSpin& system, const Request& request, double least_seconds, Row& row) {
  std::vector<CentralSpin> systems{system};
  Table table;
  while (seconds_of(systems, request, table) < least_seconds && systems.size() < most_systems &&
         4 * static_cast<std::int64_t>(systems.size()) * system.dim() <= most_levels)
    systems.resize(4 * systems.size(), system);
  row = table.rows.front();
  return systems;
}

}  // namespace

Throughput measure_throughput(const CentralSpin& system, const Request& request, double least_seconds) {
  Throughput result{.row = {}, .backend = request.backend};
  const std::vector<CentralSpin> systems = enough_copies(system, request, least_seconds, result.row);
  result.systems = systems.size();
  const auto count = static_cast<double>(systems.size());
  Request nothing = request;
  nothing.optimum = OptimumRule::none;
  Request states = nothing;
  states.times = TimeGrid{.start = 0, .stop = 6, .count = grid_size, .unit = TimeUnit::rabi};
  const double prepare = best_seconds_of(systems, nothing);
  result.prepare = prepare / count;
  result.optimum = std::max(0.0, best_seconds_of(systems, request) - prepare) / count;
  result.state = std::max(0.0, best_seconds_of(systems, states) - prepare) / count / static_cast<double>(grid_size);
  return result;
}

}  // namespace qbatt::cli
