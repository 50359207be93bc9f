#include "io/csv.hpp"

#include <fmt/format.h>

#include <cmath>
#include <iterator>
#include <limits>

#include "qbatt/columns.hpp"

namespace qbatt {
namespace {

void append_cell(std::string& text, const Cell& cell) {
  if (const auto* number = std::get_if<double>(&cell))
    append_number(text, *number);
  else if (const auto* whole = std::get_if<std::int64_t>(&cell))
    fmt::format_to(std::back_inserter(text), "{}", *whole);
  else
    text += std::get<std::string_view>(cell);
}

}  // namespace

void append_number(std::string& text, double value) {
  // fmt would print the sign of a NaN.
  if (std::isnan(value))
    text += "nan";
  else
    fmt::format_to(std::back_inserter(text), "{}", value);
}

std::string csv_row_header() {
  std::string line;
  for (const Column& column : row_columns()) fmt::format_to(std::back_inserter(line), "{}{}", line.empty() ? "" : ",", column.name);
  return line + "\n";
}

void append_csv_row(std::string& text, const Row& row) {
  bool first = true;
  for (const Column& column : row_columns()) {
    if (!first) text += ',';
    first = false;
    append_cell(text, column.cell(row));
  }
  text += '\n';
}

std::string csv_series_header(std::span<const CurveColumn> columns, std::size_t levels) {
  std::string line = "t";
  for (const CurveColumn& column : columns) fmt::format_to(std::back_inserter(line), ",{}", column.name);
  for (std::size_t k = 0; k < levels; ++k) fmt::format_to(std::back_inserter(line), ",p_{}", k);
  return line + "\n";
}

void append_csv_series_line(std::string& text, const Series& series, std::span<const CurveColumn> columns, std::size_t i,
                            std::size_t levels) {
  append_number(text, series.t[i]);
  for (const CurveColumn& column : columns) {
    text += ',';
    const std::span<const double> values = column.values(series);
    append_number(text, values.empty() ? std::numeric_limits<double>::quiet_NaN() : values[i]);
  }
  for (std::size_t k = 0; k < levels; ++k) {
    text += ',';
    append_number(text, series.populations[i * levels + k]);
  }
  text += '\n';
}

}  // namespace qbatt
