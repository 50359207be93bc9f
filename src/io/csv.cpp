#include "io/csv.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>
#include <string_view>

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

void append_cells(std::string& text, std::span<const Column> columns, const Row& row) {
  bool first = true;
  for (const Column& column : columns) {
    if (!first) text += ',';
    first = false;
    append_cell(text, column.cell(row));
  }
}

std::string header_of(std::span<const Column> columns) {
  std::string line;
  for (const Column& column : columns) fmt::format_to(std::back_inserter(line), "{}{}", line.empty() ? "" : ",", column.name);
  return line;
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
  return header_of(row_columns()) + "\n";
}

void append_csv_row(std::string& text, const Row& row) {
  append_cells(text, row_columns(), row);
  text += '\n';
}

std::string csv_series_header(std::span<const CurveColumn> columns, std::size_t levels) {
  std::string line = "t";
  for (const CurveColumn& column : columns) fmt::format_to(std::back_inserter(line), ",{}", column.name);
  for (std::size_t k = 0; k < levels; ++k) fmt::format_to(std::back_inserter(line), ",p_{}", k);
  return line + "\n";
}

namespace {

void append_series_values(std::string& text, const Series& series, std::span<const CurveColumn> columns, std::size_t i,
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
}

}  // namespace

void append_csv_series_line(std::string& text, const Series& series, std::span<const CurveColumn> columns, std::size_t i,
                            std::size_t levels) {
  append_series_values(text, series, columns, i, levels);
  text += '\n';
}

std::span<const Column> tidy_columns() {
  const auto status = std::ranges::find(row_columns(), std::string_view("status"), &Column::name);
  return row_columns().first(static_cast<std::size_t>(status - row_columns().begin()) + 1);
}

std::span<const Column> last_tidy_columns() {
  const auto charger = std::ranges::find(row_columns(), std::string_view("charger"), &Column::name);
  return row_columns().subspan(static_cast<std::size_t>(charger - row_columns().begin()), 2);
}

std::string csv_tidy_header(std::span<const CurveColumn> columns) {
  std::string series = csv_series_header(columns, 0);
  series.pop_back();
  return header_of(tidy_columns()) + "," + series + "," + header_of(last_tidy_columns()) + "\n";
}

void append_csv_tidy_rows(std::string& text, const Row& row, const Series& series, std::span<const CurveColumn> columns,
                          std::size_t times) {
  std::string system;
  append_cells(system, tidy_columns(), row);
  system += ',';
  std::string last = ",";
  append_cells(last, last_tidy_columns(), row);
  last += '\n';
  std::string nothing;
  for (std::size_t c = 0; c <= columns.size(); ++c) nothing += c == 0 ? "nan" : ",nan";
  for (std::size_t i = 0; i < times; ++i) {
    text += system;
    if (series.t.empty())
      text += nothing;
    else
      append_series_values(text, series, columns, i, 0);
    text += last;
  }
}

}  // namespace qbatt
