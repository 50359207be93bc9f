#pragma once

#include <CLI/CLI.hpp>
#include <cstdint>
#include <optional>
#include <string_view>

#include "cli/options.hpp"
#include "io/result_writer.hpp"

namespace qbatt::cli {

/// --times, --time-unit, --series, --populations.
struct SeriesOptions {
  Text times;
  Text time_unit;
  Text series;
  bool populations = false;
};

/// `default_times` and `default_unit`: what holds where --times is not given, in words.
void add_series_options(CLI::App& app, SeriesOptions& options, std::string_view default_times, std::string_view default_unit);

/// The grid of --times in the unit of --time-unit; nullopt where neither is given. Without --times the grid is 0:2:401.
std::optional<TimeGrid> parse_times(const SeriesOptions& options);

/// Asks for time series on the grid, if any, and says what a file of the results holds: the series of --series, or the default
/// ones.
ResultsLayout request_series(Request& request, const std::optional<TimeGrid>& grid, const SeriesOptions& options);

/// Throws InputError where an option is given that means nothing without --times.
void refuse_without_times(const SeriesOptions& options);

/// Throws InputError where the states of one system of `dim` levels at all times do not fit into the memory of the machine.
void check_memory(const Request& request, std::int64_t dim);

}  // namespace qbatt::cli
