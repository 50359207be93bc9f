#pragma once

#include <atomic>
#include <cstdint>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include "options/provenance.hpp"
#include "python/dataset.hpp"
#include "python/keywords.hpp"

namespace qbatt::python {

/// How whoever waits for a computation follows and ends it, from another thread.
struct Watch {
  std::stop_token stop;
  std::atomic<std::int64_t> finished{0};  ///< systems
  std::atomic<std::int64_t> total{0};     ///< 0 until they are counted
};

struct Computed {
  Dataset dataset;
  std::vector<std::pair<std::string, std::string>> attributes;
  double wall_time = 0;              ///< in seconds
  std::vector<std::string> remarks;  ///< of what a user should know: rounded values, rows that are inaccurate or failed
};

/// What a function of the package was asked for, as it would be typed.
struct Call {
  Command command{};
  Options options;
  std::optional<std::vector<SystemColumn>> systems;  ///< of `solve`
  Invocation invocation;
};

/// Throws what solve() and SweepPlan throw; Interrupted where a stop is requested.
Computed compute(const Call& call, Watch& watch);

/// What the command line prints while it makes figures, line by line, and whether all states are within their tolerance.
struct FiguresReport {
  std::vector<std::string> lines;
  bool all_well = true;
};
FiguresReport make_figures(const Call& call, const Watch& watch);

/// Where the rows of a sweep over axes lie: its coordinates, and the cell of each row in their order.
struct Layout {
  Dataset coordinates;
  std::vector<std::int64_t> cells;
  std::optional<Variable> times;  ///< the coordinate of the dimension `time`, where there are times
};
Layout layout_of(const Call& call);

}  // namespace qbatt::python
