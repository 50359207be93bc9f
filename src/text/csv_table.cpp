#include "text/csv_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <limits>

#include "qbatt/errors.hpp"
#include "text/input_file.hpp"
#include "text/numbers.hpp"
#include "text/suggestion.hpp"
#include "text/text.hpp"

namespace qbatt {
namespace {

using Fields = std::vector<std::string_view>;

std::string_view unquoted(std::string_view field) {
  const bool has_quotes = field.size() >= 2 && field.front() == '"' && field.back() == '"';
  return has_quotes ? field.substr(1, field.size() - 2) : field;
}

std::vector<std::size_t> find_columns(const std::string& path, const Fields& header, const std::vector<std::string>& names) {
  std::vector<std::size_t> places;
  for (const std::string& name : names) {
    const auto found = std::ranges::find(header, name);
    if (found == header.end()) {
      throw InputError(fmt::format("{}: there is no column {}: {}", path, in_quotes(name),
                                   accepted_names(name, {header.begin(), header.end()})));
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

}  // namespace

std::vector<std::string_view> csv_fields(std::string_view line) {
  std::vector<std::string_view> fields = split(line, ',');
  for (std::string_view& field : fields) field = unquoted(trimmed(field));
  return fields;
}

std::vector<std::vector<double>> read_csv_columns(const std::string& path, const std::vector<std::string>& names) {
  errno = 0;
  std::ifstream file(path);
  std::string line;
  if (!file) throw_cannot_read(path, errno);
  if (!std::getline(file, line)) {
    if (file.bad()) throw_cannot_read(path, errno);
    throw InputError(fmt::format("{}: the file is empty: its first line must name the columns", path));
  }
  const std::string header_line = line;
  const Fields header = csv_fields(header_line);
  const std::vector<std::size_t> places = find_columns(path, header, names);
  std::vector<std::vector<double>> columns(names.size());
  for (std::int64_t number = 2; std::getline(file, line); ++number) {
    const Fields fields = csv_fields(line);
    if (fields.size() != header.size()) {
      throw InputError(
          fmt::format("{}: line {}: the row has {} fields, but the header has {}", path, number, fields.size(), header.size()));
    }
    for (std::size_t i = 0; i < places.size(); ++i)
      columns[i].push_back(parse_cell(fields[places[i]], fmt::format("{}: line {}, column {}", path, number, names[i])));
  }
  if (file.bad()) throw_cannot_read(path, errno);
  return columns;
}

}  // namespace qbatt
