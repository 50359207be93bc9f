#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <memory>
#include <vector>

#include "cli/commands.hpp"
#include "cli/options.hpp"
#include "io/csv.hpp"
#include "io/result_writer.hpp"
#include "qbatt/errors.hpp"
#include "sweep/numbers.hpp"
#include "sweep/text.hpp"

namespace qbatt::cli {
namespace {

struct CurveOptions {
  AxisTexts system;
  WorkOptions work;
  Text series;
  Text times;
  Text time_unit;
  Text output;
  bool populations = false;
};

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
  throw InputError(fmt::format("--series: {} in {} is not a series: it must be one of {}", in_quotes(name), in_quotes(text),
                               listed(curve_columns(), [](const CurveColumn& column) { return column.name; })));
}

std::vector<CurveColumn> parse_series(const std::string& text) {
  std::vector<CurveColumn> columns;
  for (const std::string_view name : split(text, ',')) {
    const CurveColumn column = find_series(name, text);
    if (std::ranges::find(columns, name, &CurveColumn::name) != columns.end()) {
      throw InputError(
          fmt::format("--series: {} stands twice in {}: each series may be named once", in_quotes(name), in_quotes(text)));
    }
    columns.push_back(column);
  }
  return columns;
}

TimeGrid parse_times(const CurveOptions& options) {
  TimeGrid grid;
  if (options.times) {
    constexpr std::string_view accepted = "a number of at least 0 in START:STOP:COUNT";
    const std::vector<std::string_view> parts = split(*options.times, ':');
    if (parts.size() != 3) {
      throw InputError(fmt::format("--times: {} must have the form START:STOP:COUNT, such as 0:10:201", in_quotes(*options.times)));
    }
    grid.start = parse_real(parts[0], "--times", accepted);
    grid.stop = parse_real(parts[1], "--times", accepted);
    grid.count = parse_whole(parts[2], "--times: the count", 1, 1'000'000'000);
    grid.unit = TimeUnit::absolute;
  }
  if (options.time_unit) grid.unit = parse_time_unit(*options.time_unit);
  return grid;
}

void check_memory(const CentralSpin& system, const Request& request) {
  const double values = static_cast<double>(observable_count + 2) + (request.populations ? static_cast<double>(system.dim()) : 0.0);
  const double needed = 8 * values * static_cast<double>(request.times->count);
  const double there = static_cast<double>(::sysconf(_SC_PHYS_PAGES)) * static_cast<double>(::sysconf(_SC_PAGE_SIZE));
  if (needed > there) {
    throw InputError(fmt::format("--times: {} times{} need {:.3g} GB, but the machine has {:.3g} GB of memory: ask for fewer",
                                 request.times->count, request.populations ? " with --populations" : "", needed / 1e9,
                                 there / 1e9));
  }
}

void check_unit(const CentralSpin& system, TimeUnit unit) {
  if (unit == TimeUnit::absolute || system.rabi() > 0) return;
  throw InputError(
      fmt::format("--time-unit: `{}` does not exist where nothing moves (coupling = 0 or m = 0): give --times and "
                  "--time-unit absolute",
                  to_string(unit)));
}

void remark_on_accuracy(const Row& row) {
  if (exit_code({&row, 1}) == 0) return;
  if (row.status == Status::failed) {
    fmt::print(stderr, "qbatt: the curve failed: --solver {} cannot compute this system\n", to_string(row.solver));
    return;
  }
  fmt::print(stderr, "qbatt: the curve is {}: its error_bound reaches {:.3g}, more than --tolerance allows\n",
             to_string(row.status), row.error_bound);
}

int run(const CurveOptions& options) {
  const std::string output = options.output.value_or("-");
  check_results_name(output);
  Request request = make_request(options.work);
  request.times = parse_times(options);
  request.populations = options.populations;
  const std::vector<CurveColumn> columns = options.series ? parse_series(*options.series) : default_series();
  const CentralSpin system = single_system(options.system);
  check_unit(system, request.times->unit);
  validate(request);
  check_memory(system, request);
  CurveWriter writer(output);
  settle_backend(request, options.work, false);
  const Table table = solve({&system, 1}, request);
  writer.write(table.series.at(0), columns);
  remark_on_accuracy(table.rows.at(0));
  return exit_code(table.rows);
}

}  // namespace

Command add_curve(CLI::App& command) {
  auto options = std::make_shared<CurveOptions>();
  add_system_options(command, options->system, false);
  const auto add = [&](const std::string& name, const std::string& type, Text& target, std::string_view help,
                       std::string_view by_default, std::string_view example) {
    add_text(command, name, type, target, help, by_default, example)->group("Curve");
  };
  add("--times", "START:STOP:COUNT", options->times, "COUNT equally spaced times, both ends included, in the unit of --time-unit",
      "0:2:401 in units of the optimum", "0:10:201");
  add("--time-unit", "NAME", options->time_unit,
      "unit of --times: absolute (1/energy), rabi (1/a_0, a_0 the first off-diagonal element) or optimum (t_opt);\n"
      "  the column t is always absolute",
      "absolute where --times is given, optimum otherwise", "rabi");
  add("--series", "NAMES", options->series,
      "columns behind t: energy, energy_per_cell, power, instantaneous_power, variance, entropy, purity, renyi2,\n"
      "  log_negativity, ergotropy, ergotropy_full, p_full, error_bound",
      "energy,energy_per_cell,power,variance,entropy,purity,ergotropy,error_bound", "energy_per_cell,entropy");
  command
      .add_flag("--populations", options->populations,
                "append the populations p_0, p_1, ... of the battery's levels\n  default: off")
      ->group("Curve");
  add_work_options(command, options->work);
  add_output_option(command, options->output);
  return [options] { return run(*options); };
}

}  // namespace qbatt::cli
