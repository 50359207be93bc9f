#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "qbatt/errors.hpp"
#include "qbatt/solve.hpp"

namespace qbatt {
namespace {

constexpr std::string_view option = "--times";

// Whether a time may stand behind `before`, or first where that is 0.
void check_time(double time, double before) {
  if (!std::isfinite(time) || time < 0.0)
    throw InputError(fmt::format("times (--times): {} is out of range: a time must be finite and at least 0", time), option);
  if (time < before)
    throw InputError(fmt::format("times (--times): {} stands behind {}: times must not descend", time, before), option);
}

void check_times(const std::vector<double>& times) {
  double before = 0.0;
  for (const double time : times) check_time(time, std::exchange(before, time));
}

void check_list(const TimeGrid& grid) {
  check_times(grid.list);
  const bool described =
      std::cmp_equal(grid.count, grid.list.size()) && grid.start == grid.list.front() && grid.stop == grid.list.back();
  if (!described)
    throw InputError("times (--times): start, stop and count are not those of the list of times: time_list() makes such", option);
}

std::vector<double> equally_spaced(const TimeGrid& grid) {
  std::vector<double> times(static_cast<std::size_t>(grid.count));
  for (std::size_t i = 0; i < times.size(); ++i) {
    const double share = times.size() > 1 ? static_cast<double>(i) / static_cast<double>(times.size() - 1) : 0.0;
    times[i] = grid.start * (1.0 - share) + grid.stop * share;
  }
  return times;
}

}  // namespace

std::vector<double> grid_times(const TimeGrid& grid) {
  return grid.list.empty() ? equally_spaced(grid) : grid.list;
}

TimeGrid time_list(std::vector<double> times, TimeUnit unit) {
  if (times.empty()) throw InputError("times (--times): the list of times is empty", option);
  TimeGrid grid{.start = times.front(), .stop = times.back(), .count = static_cast<std::int64_t>(times.size()), .unit = unit};
  check_times(times);
  if (times != equally_spaced(grid)) grid.list = std::move(times);
  return grid;
}

void validate(const TimeGrid& grid) {
  if (!grid.list.empty()) return check_list(grid);
  const bool finite = std::isfinite(grid.start) && std::isfinite(grid.stop);
  if (!finite || grid.start < 0.0 || grid.stop < grid.start || grid.count < 1 || (grid.count == 1 && grid.start != grid.stop)) {
    throw InputError(fmt::format("times (--times) = {}:{}:{} is out of range: 0 <= START <= STOP and COUNT >= 1 are required, with "
                                 "START = STOP for COUNT = 1",
                                 grid.start, grid.stop, grid.count),
                     option);
  }
}

}  // namespace qbatt
