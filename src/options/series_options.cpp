#include "options/series_options.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <string>
#include <utility>
#include <vector>

#include "options/time_list.hpp"

namespace qbatt {
namespace {

std::vector<CurveColumn> default_series() {
  std::vector<CurveColumn> columns;
  for (const CurveColumn& column : curve_columns()) {
    const bool chosen = !column.observable || observable_info()[static_cast<std::size_t>(*column.observable)].in_curve_default;
    if (chosen) columns.push_back(column);
  }
  return columns;
}

CurveColumn find_series(std::string_view name, const std::string& text) {
  const auto found = std::ranges::find(curve_columns(), name, &CurveColumn::name);
  if (found != curve_columns().end()) return *found;
  throw InputError(fmt::format("--series: {} in {} is not a series: {}", in_quotes(name), in_quotes(text),
                               accepted_names_of(name, curve_columns(), [](const CurveColumn& column) { return column.name; })),
                   "--series");
}

std::vector<CurveColumn> parse_series(const std::string& text) {
  std::vector<CurveColumn> columns;
  for (const std::string_view name : split(text, ',')) {
    const CurveColumn column = find_series(name, text);
    if (std::ranges::find(columns, name, &CurveColumn::name) != columns.end()) {
      throw InputError(
          fmt::format("--series: {} stands twice in {}: each series may be named once", in_quotes(name), in_quotes(text)),
          "--series");
    }
    columns.push_back(column);
  }
  return columns;
}

std::vector<std::string_view> names_of_series() {
  std::vector<std::string_view> names;
  for (const CurveColumn& column : curve_columns()) names.push_back(column.name);
  return names;
}

constexpr std::array all_time_units{TimeUnit::absolute, TimeUnit::rabi, TimeUnit::optimum};

}  // namespace

std::array<OptionEntry<SeriesOptions>, 3> series_options(const SeriesDefaults& defaults) {
  static const std::vector<std::string_view> names = names_of_series();
  static const std::string all = fmt::format("what is recorded at each time: {}", fmt::join(names, ", "));
  static const std::string chosen = names_of(default_series());
  return {{
      {{"--times", "TIMES",
        "START:STOP:COUNT, COUNT equally spaced times, both ends included; log:START:STOP:COUNT, whose logarithms are equally "
        "spaced; or a list of such and of times, 0,0.5,1, which must not descend; in the unit of --time-unit",
        defaults.times, "0:10:201"},
       &SeriesOptions::times},
      {{"--time-unit", "NAME",
        "unit of --times: absolute (1/energy), rabi (1/a_0, a_0 the first off-diagonal element) or optimum (t_opt of "
        "each system); times in the results are always absolute",
        defaults.unit, "rabi", names_of_all<all_time_units>()},
       &SeriesOptions::time_unit},
      {{"--series", "NAMES", all, chosen, "energy_per_cell,entropy", names, true}, &SeriesOptions::series},
  }};
}

std::optional<TimeGrid> parse_times(const SeriesOptions& options) {
  std::optional<TimeUnit> unit;
  if (options.time_unit) unit = parse_choice<TimeUnit>("--time-unit", *options.time_unit, all_time_units);
  if (!options.times && !unit) return std::nullopt;
  if (options.times) return parse_time_list(*options.times, unit.value_or(TimeUnit::absolute));
  TimeGrid grid;
  grid.unit = *unit;
  return grid;
}

ResultsLayout request_series(Request& request, const std::optional<TimeGrid>& grid, const SeriesOptions& options) {
  const std::vector<CurveColumn> series = options.series ? parse_series(*options.series) : default_series();
  if (!grid) return {};
  request.times = grid;
  request.populations = options.populations;
  for (const CurveColumn& column : series)
    if (column.observable) request.series_observables.push_back(*column.observable);
  return {.times = grid->count, .series = series, .populations = options.populations};
}

void refuse_without_times(const SeriesOptions& options) {
  const std::array given{std::pair{"--time-unit", options.time_unit.has_value()}, std::pair{"--series", options.series.has_value()},
                         std::pair{"--populations", options.populations}};
  for (const auto& [name, is_given] : given)
    if (is_given) throw InputError(fmt::format("{} needs --times, such as --times 0:10:201", name), name);
}

void check_unit(const CentralSpin& system, TimeUnit unit) {
  if (unit == TimeUnit::absolute || system.rabi() > 0) return;
  throw InputError(fmt::format("--time-unit: `{}` does not exist where nothing moves (coupling = 0 or m = 0): give --times and "
                               "--time-unit absolute",
                               to_string(unit)),
                   "--time-unit");
}

void check_memory(const Request& request, std::int64_t dim) {
  if (!request.times) return;
  const double values = static_cast<double>(observable_count + 2) + (request.populations ? static_cast<double>(dim) : 0.0);
  const double needed = 8 * values * static_cast<double>(request.times->count);
  const double there = static_cast<double>(::sysconf(_SC_PHYS_PAGES)) * static_cast<double>(::sysconf(_SC_PAGE_SIZE));
  if (needed > there) {
    throw InputError(fmt::format("--times: {} times{} need {:.3g} GB, but the machine has {:.3g} GB of memory: ask for fewer",
                                 request.times->count, request.populations ? " with --populations" : "", needed / 1e9, there / 1e9),
                     "--times");
  }
}

}  // namespace qbatt
