#include "text/csv_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <iterator>
#include <limits>
#include <optional>

#include "qbatt/errors.hpp"
#include "text/input_file.hpp"
#include "text/numbers.hpp"
#include "text/suggestion.hpp"
#include "text/text.hpp"

namespace qbatt {
namespace {

std::string_view unquoted(std::string_view field) {
  const bool has_quotes = field.size() >= 2 && field.front() == '"' && field.back() == '"';
  return has_quotes ? field.substr(1, field.size() - 2) : field;
}

char separator_of(std::string_view header) {
  const std::size_t first = header.find_first_of(",;\t");
  return first == std::string_view::npos ? ',' : header[first];
}

using Place = std::optional<std::size_t>;

Place find_column(const std::vector<std::string>& header, const std::string& name) {
  const auto found = std::ranges::find(header, name);
  return found == header.end() ? Place() : static_cast<std::size_t>(found - header.begin());
}

std::vector<Place> find_columns(const std::string& path, const std::vector<std::string>& header,
                                const std::vector<std::string>& names, const std::vector<std::string>& if_there) {
  std::vector<Place> places;
  for (const std::string& name : names) {
    places.push_back(find_column(header, name));
    if (!places.back()) {
      throw InputError(fmt::format("{}: there is no column {}: {}", path, in_quotes(name),
                                   accepted_names(name, {header.begin(), header.end()})));
    }
  }
  for (const std::string& name : if_there) places.push_back(find_column(header, name));
  return places;
}

// `place`, in messages, is called where there is one to write.
template <typename WherePlace>
double parse_cell(std::string_view text, const WherePlace& place) {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  if (text == "nan") return std::numeric_limits<double>::quiet_NaN();
  if (text == "inf") return infinity;
  if (text == "-inf") return -infinity;
  const ScannedNumber number = scan_number(text);
  if (number.outcome == ScannedNumber::Outcome::number && number.length == text.size()) return number.value;
  return parse_real(text, {place(), ""}, "a number");
}

}  // namespace

bool TableRows::next() {
  constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
  errno = 0;
  while (std::getline(in_, line_)) {
    if (++line_number_ == 1 && line_.starts_with(byte_order_mark)) line_.erase(0, byte_order_mark.size());
    const std::string_view row = trimmed(line_);
    if (row.empty() || row.starts_with('#')) continue;
    if (separator_ == 0) separator_ = separator_of(row);
    fields_ = split(line_, separator_);
    for (std::string_view& field : fields_) field = unquoted(trimmed(field));
    return true;
  }
  if (in_.bad()) throw_cannot_read(name_, errno, option_);
  return false;
}

namespace {

/// Not what a number begins with, nor how one is written in letters.
bool is_word(std::string_view text) {
  return !text.empty() && std::isalpha(static_cast<unsigned char>(text.front())) != 0 && text != "nan" && text != "inf";
}

double place_among(std::vector<std::string>& words, std::string_view word) {
  const auto found = std::ranges::find(words, word);
  const auto place = static_cast<double>(found - words.begin());
  if (found == words.end()) words.emplace_back(word);
  return place;
}

}  // namespace

std::vector<CsvColumn> read_csv_columns(const std::string& path, const std::vector<std::string>& names,
                                        const std::vector<std::string>& if_there) {
  InputText file(path);
  TableRows rows(file.stream(), file.name());
  if (!rows.next()) throw InputError(fmt::format("{}: the file is empty: its first line must name the columns", file.name()));
  const std::vector<std::string> header(rows.fields().begin(), rows.fields().end());
  const std::vector<Place> places = find_columns(file.name(), header, names, if_there);
  std::vector<CsvColumn> columns(places.size());
  while (rows.next()) {
    if (rows.fields().size() != header.size()) {
      throw InputError(fmt::format("{}: line {}: the row has {}, but the header has {}", file.name(), rows.line(),
                                   counted(std::ssize(rows.fields()), "field"), header.size()));
    }
    for (std::size_t i = 0; i < places.size(); ++i) {
      if (!places[i]) continue;
      CsvColumn& column = columns[i];
      const std::string_view field = rows.fields()[*places[i]];
      if (!column.words.empty() || (column.values.empty() && is_word(field))) {
        column.values.push_back(place_among(column.words, field));
        continue;
      }
      column.values.push_back(
          parse_cell(field, [&] { return fmt::format("{}: line {}, column {}", file.name(), rows.line(), header[*places[i]]); }));
    }
  }
  return columns;
}

}  // namespace qbatt
