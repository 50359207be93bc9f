#pragma once

#include <span>
#include <string>

#include "io/curve_columns.hpp"
#include "qbatt/solve.hpp"

namespace qbatt {

/// One JSON object with the columns of a sweep's rows as keys, in their order; what is not finite becomes null.
std::string json_row(const Row& row);

/// The same of a system with its time series: under the key `series` an object of arrays, t and the columns, one number a time, and
/// where the series holds them `populations`, one array of all levels a time.
std::string json_curve(const Row& row, const Series& series, std::span<const CurveColumn> columns);

}  // namespace qbatt
