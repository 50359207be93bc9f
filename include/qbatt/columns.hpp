#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <variant>

#include "qbatt/solve.hpp"

namespace qbatt {

/// A cell of a result row. A string_view points to static storage.
using Cell = std::variant<std::int64_t, double, std::string_view>;

/// One column of a sweep's rows: the single place that fixes names, order, units and meaning for CSV, JSON and netCDF.
struct Column {
  std::string_view name;
  std::string_view long_name;
  std::string_view units;  ///< "1" for a pure number
  Cell (*cell)(const Row& row);
};

/// All columns in the order of the file.
std::span<const Column> row_columns();

}  // namespace qbatt
