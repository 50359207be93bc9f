#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "qbatt/solve.hpp"

namespace qbatt {

/// Shortest decimal that reads back exactly; "nan", "inf", "-inf".
void append_number(std::string& text, double value);

/// The header of a sweep's rows, and one row, each with its line end.
std::string csv_row_header();
void append_csv_row(std::string& text, const Row& row);

/// One column of a time series behind `t`: an observable, or the error bound.
struct CurveColumn {
  std::string_view name;
  std::optional<Observable> observable;  ///< nullopt: error_bound
};

/// All columns that a time series may have, in order.
std::span<const CurveColumn> curve_columns();

/// Writes the header, one line for each time, and, where the series holds them, the populations p_0 ...; to the file, or to the
/// standard output where `path` is "-". The file appears only when complete.
class CurveWriter {
public:
  /// Throws FileError where the file cannot be written, before anything is computed for it.
  explicit CurveWriter(const std::string& path);
  ~CurveWriter();
  CurveWriter(const CurveWriter&) = delete;
  CurveWriter& operator=(const CurveWriter&) = delete;

  void write(const Series& series, std::span<const CurveColumn> columns);

private:
  struct Target;
  std::unique_ptr<Target> target_;
};

}  // namespace qbatt
