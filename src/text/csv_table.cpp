#include "text/csv_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <limits>

#include "qbatt/errors.hpp"
#include "text/numbers.hpp"
#include "text/text.hpp"

namespace qbatt {
namespace {

using Fields = std::vector<std::string_view>;

Fields fields_of(std::string_view line) {
  if (line.ends_with('\r')) line.remove_suffix(1);
  return split(line, ',');
}

std::vector<std::size_t> find_columns(const std::string& path, const Fields& header, const std::vector<std::string>& names) {
  std::vector<std::size_t> places;
  for (const std::string& name : names) {
    const auto found = std::ranges::find(header, name);
    if (found == header.end()) {
      throw InputError(fmt::format("{}: there is no column {}: it must be one of {}", path, in_quotes(name),
                                   listed(header, [](std::string_view column) { return column; })));
    }
    places.push_back(static_cast<std::size_t>(found - header.begin()));
  }
  return places;
}

double parse_cell(std::string_view text, std::string_view place) {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  if (text == "nan") return std::numeric_limits<double>::quiet_NaN();
  if (text == "inf") return infinity;
  if (text == "-inf") return -infinity;
  return parse_real(text, {place, ""}, "a number");
}

[[noreturn]] void cannot_read(const std::string& path) {
  throw FileError(fmt::format("cannot read {}: {}", path, std::strerror(errno)));
}

}  // namespace

std::vector<std::vector<double>> read_csv_columns(const std::string& path, const std::vector<std::string>& names) {
  errno = 0;
  std::ifstream file(path);
  std::string line;
  if (!file) cannot_read(path);
  if (!std::getline(file, line)) {
    if (file.bad()) cannot_read(path);
    throw InputError(fmt::format("{}: the file is empty: its first line must name the columns", path));
  }
  const std::string header_line = line;
  const Fields header = fields_of(header_line);
  const std::vector<std::size_t> places = find_columns(path, header, names);
  std::vector<std::vector<double>> columns(names.size());
  for (std::int64_t number = 2; std::getline(file, line); ++number) {
    const Fields fields = fields_of(line);
    if (fields.size() != header.size()) {
      throw InputError(
          fmt::format("{}: line {}: the row has {} fields, but the header has {}", path, number, fields.size(), header.size()));
    }
    for (std::size_t i = 0; i < places.size(); ++i) {
      columns[i].push_back(parse_cell(fields[places[i]], fmt::format("{}: line {}, column {}", path, number, names[i])));
    }
  }
  if (file.bad()) cannot_read(path);
  return columns;
}

}  // namespace qbatt
