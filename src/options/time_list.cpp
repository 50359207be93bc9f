#include "options/time_list.hpp"

#include <fmt/format.h>

#include <utility>
#include <vector>

#include "qbatt/errors.hpp"
#include "sweep/spacing.hpp"
#include "text/numbers.hpp"
#include "text/text.hpp"

namespace qbatt {
namespace {

constexpr std::string_view times_option = "--times";
constexpr std::int64_t most_times = 1'000'000'000;
/// Times that are not equally spaced are held one by one.
constexpr std::int64_t most_listed_times = 10'000'000;

double parse_time(std::string_view text) {
  return parse_real(text, times_option, "a number of at least 0");
}

std::vector<double> logarithmic_times(const TimeGrid& ends) {
  std::vector<double> times(static_cast<std::size_t>(ends.count));
  for (std::int64_t i = 0; i < ends.count; ++i)
    times[static_cast<std::size_t>(i)] = logarithmic_value(ends.start, ends.stop, i, ends.count);
  return times;
}

TimeGrid parse_spaced(std::string_view item, std::vector<std::string_view> parts, TimeUnit unit) {
  const bool logarithmic = parts[0] == "log";
  if (logarithmic || parts[0] == "lin") parts.erase(parts.begin());
  if (parts.size() != 3) {
    throw InputError(fmt::format("--times: {} must have the form START:STOP:COUNT, such as 0:10:201, log:START:STOP:COUNT, or be a "
                                 "list, such as 0,0.5,1",
                                 in_quotes(item)),
                     times_option);
  }
  TimeGrid grid{
      .start = parse_time(parts[0]),
      .stop = parse_time(parts[1]),
      .count = parse_whole(parts[2], {"--times: the count", times_option}, 1, logarithmic ? most_listed_times : most_times),
      .unit = unit};
  validate(grid);
  if (!logarithmic) return grid;
  if (!(grid.start > 0)) {
    throw InputError(fmt::format("--times: {} takes the logarithm of 0: START must be a number greater than 0", in_quotes(item)),
                     times_option);
  }
  return time_list(logarithmic_times(grid), unit);
}

TimeGrid parse_item(std::string_view item, TimeUnit unit) {
  const std::vector<std::string_view> parts = split(item, ':');
  if (parts.size() == 1) return time_list({parse_time(item)}, unit);
  return parse_spaced(item, parts, unit);
}

}  // namespace

TimeGrid parse_time_list(std::string_view text, TimeUnit unit) {
  const std::vector<std::string_view> items = split(text, ',');
  if (items.size() == 1) return parse_item(text, unit);
  std::vector<double> times;
  for (const std::string_view item : items) {
    const TimeGrid grid = parse_item(item, unit);
    if (std::ssize(times) + grid.count > most_listed_times)
      throw InputError(fmt::format("--times: {} has more than {} times: ask for fewer", in_quotes(text), most_listed_times),
                       times_option);
    const std::vector<double> more = grid_times(grid);
    times.insert(times.end(), more.begin(), more.end());
  }
  return time_list(std::move(times), unit);
}

}  // namespace qbatt
