#include "support/csv.hpp"

#include <algorithm>
#include <charconv>
#include <stdexcept>

namespace qbatt::test {
namespace {

std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> parts;
  for (std::size_t end = 0; end != std::string_view::npos;) {
    end = text.find(separator);
    parts.emplace_back(text.substr(0, end));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return parts;
}

}  // namespace

Csv::Csv(std::string_view text) {
  if (text.empty() || text.back() != '\n') throw std::runtime_error("CSV: the last line has no end");
  if (text.find_first_of("\"\r") != std::string_view::npos) throw std::runtime_error("CSV: quotes or carriage returns");
  text.remove_suffix(1);
  const std::vector<std::string> lines = split(text, '\n');
  header_ = split(lines.front(), ',');
  for (std::size_t i = 1; i < lines.size(); ++i) {
    rows_.push_back(split(lines[i], ','));
    if (rows_.back().size() != header_.size()) throw std::runtime_error("CSV: wrong length of line " + std::to_string(i + 1));
  }
}

bool Csv::has(std::string_view column) const {
  return std::ranges::find(header_, column) != header_.end();
}

std::size_t Csv::index(std::string_view column) const {
  const auto found = std::ranges::find(header_, column);
  if (found == header_.end()) throw std::runtime_error("CSV: no column " + std::string(column));
  return static_cast<std::size_t>(found - header_.begin());
}

const std::string& Csv::text(std::size_t row, std::string_view column) const {
  return rows_.at(row)[index(column)];
}

double Csv::number(std::size_t row, std::string_view column) const {
  const std::string& field = text(row, column);
  double value = 0;
  const char* end = field.data() + field.size();
  const auto [stop, error] = std::from_chars(field.data(), end, value);
  if (error != std::errc{} || stop != end) throw std::runtime_error("CSV: '" + field + "' is not a number");
  return value;
}

std::vector<double> Csv::numbers(std::string_view column) const {
  std::vector<double> values;
  for (std::size_t row = 0; row < rows(); ++row) values.push_back(number(row, column));
  return values;
}

}  // namespace qbatt::test
