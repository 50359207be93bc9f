#include "io/csv.hpp"

#include <fmt/format.h>

#include <cmath>
#include <iterator>

#include "io/output_file.hpp"
#include "qbatt/columns.hpp"

namespace qbatt {
namespace {

void append_cell(std::string& text, const Cell& cell) {
  if (const auto* number = std::get_if<double>(&cell)) {
    append_number(text, *number);
  } else if (const auto* whole = std::get_if<std::int64_t>(&cell)) {
    fmt::format_to(std::back_inserter(text), "{}", *whole);
  } else {
    text += std::get<std::string_view>(cell);
  }
}

std::string curve_header(std::span<const CurveColumn> columns, std::size_t levels) {
  std::string line = "t";
  for (const CurveColumn& column : columns) fmt::format_to(std::back_inserter(line), ",{}", column.name);
  for (std::size_t k = 0; k < levels; ++k) fmt::format_to(std::back_inserter(line), ",p_{}", k);
  return line + "\n";
}

void append_curve_line(std::string& text, const Series& series, std::span<const CurveColumn> columns, std::size_t i,
                       std::size_t levels) {
  append_number(text, series.t[i]);
  for (const CurveColumn& column : columns) {
    text += ',';
    append_number(text, column.observable ? series.values[i][*column.observable] : series.error_bound[i]);
  }
  for (std::size_t k = 0; k < levels; ++k) {
    text += ',';
    append_number(text, series.populations[i * levels + k]);
  }
  text += '\n';
}

}  // namespace

void append_number(std::string& text, double value) {
  // fmt would print the sign of a NaN.
  if (std::isnan(value)) {
    text += "nan";
  } else {
    fmt::format_to(std::back_inserter(text), "{}", value);
  }
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

std::span<const CurveColumn> curve_columns() {
  static const std::vector<CurveColumn> columns = [] {
    std::vector<CurveColumn> all;
    for (const ObservableInfo& info : observable_info()) all.push_back({info.name, info.id});
    all.push_back({"error_bound", std::nullopt});
    return all;
  }();
  return columns;
}

struct CurveWriter::Target {
  std::optional<AtomicFile> file;  // none: the standard output
};

CurveWriter::CurveWriter(const std::string& path) : target_(std::make_unique<Target>()) {
  if (path != "-") target_->file.emplace(path);
}

CurveWriter::~CurveWriter() = default;

void CurveWriter::write(const Series& series, std::span<const CurveColumn> columns) {
  OutputFile standard_output = OutputFile::standard_output();
  const auto put = [&](const std::string& text) { target_->file ? target_->file->write(text) : standard_output.write(text); };
  const std::size_t levels = series.t.empty() ? 0 : series.populations.size() / series.t.size();
  put(curve_header(columns, levels));
  std::string line;
  for (std::size_t i = 0; i < series.t.size(); ++i) {
    line.clear();
    append_curve_line(line, series, columns, i, levels);
    put(line);
  }
  standard_output.flush();
  if (target_->file) target_->file->commit();
}

}  // namespace qbatt
