#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "io/result_writer.hpp"
#include "options/option.hpp"

namespace qbatt {

/// --times, --time-unit, --series, --populations.
struct SeriesOptions {
  OptionText times;
  OptionText time_unit;
  OptionText series;
  bool populations = false;
};

/// What holds where --times is not given, in words.
struct SeriesDefaults {
  std::string_view times;
  std::string_view unit;
};

/// Those of them that have a value, in the order of the help.
std::array<OptionEntry<SeriesOptions>, 3> series_options(const SeriesDefaults& defaults);
inline constexpr SwitchInfo populations_switch{
    "--populations", "record the populations p_0, p_1, ... of the battery's levels at each time too", "off"};

/// The times of --times in the unit of --time-unit; nullopt where neither is given. Without --times they are 0:2:401.
std::optional<TimeGrid> parse_times(const SeriesOptions& options);

/// Asks for time series on the grid, if any, and says what a file of the results holds: the series of --series, or the default
/// ones.
ResultsLayout request_series(Request& request, const std::optional<TimeGrid>& grid, const SeriesOptions& options);

/// Throws InputError where an option is given that means nothing without --times.
void refuse_without_times(const SeriesOptions& options);

/// Throws InputError where nothing moves and the unit of the times is made of what moves.
void check_unit(const CentralSpin& system, TimeUnit unit);

/// Throws InputError where the states of one system of `dim` levels at all times do not fit into the memory of the machine.
void check_memory(const Request& request, std::int64_t dim);

}  // namespace qbatt
