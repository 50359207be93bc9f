#pragma once

#include <cstddef>
#include <span>
#include <string>

#include "io/curve_columns.hpp"
#include "qbatt/columns.hpp"
#include "qbatt/solve.hpp"

namespace qbatt {

/// Shortest decimal that reads back exactly; "nan", "inf", "-inf".
void append_number(std::string& text, double value);

/// The header of a sweep's rows, and one row, each with its line end.
std::string csv_row_header();
void append_csv_row(std::string& text, const Row& row);

/// The header of a time series, its populations p_0 ... p_(levels-1) included, and the line of time i, each with its line end.
std::string csv_series_header(std::span<const CurveColumn> columns, std::size_t levels);
void append_csv_series_line(std::string& text, const Series& series, std::span<const CurveColumn> columns, std::size_t i,
                            std::size_t levels);

/// The columns of a row up to its status: they tell the systems of tidy rows apart, and whether their numbers are good.
std::span<const Column> tidy_columns();
/// The columns of a row that stand behind the series, as they came later: charger and charger_state.
std::span<const Column> last_tidy_columns();

/// The header of tidy rows, the time series of many systems, and those of one of them, each with its line end: a line for each
/// time, with the system and its status in front. A system whose series is missing, as it failed, gets NaN at all `times`.
std::string csv_tidy_header(std::span<const CurveColumn> columns);
void append_csv_tidy_rows(std::string& text, const Row& row, const Series& series, std::span<const CurveColumn> columns,
                          std::size_t times);

}  // namespace qbatt
