#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "qbatt/solve.hpp"

namespace qbatt {

/// One column of a time series behind `t`: an observable, or the error bound.
struct CurveColumn {
  std::string_view name;
  std::string_view long_name;
  std::string_view units;
  std::optional<Observable> observable;  ///< nullopt: error_bound

  /// The values at all times; empty where the series does not hold them.
  [[nodiscard]] std::span<const double> values(const Series& series) const {
    return observable ? series.values.column(*observable) : std::span<const double>(series.error_bound);
  }
};

/// All columns that a time series may have, in order.
std::span<const CurveColumn> curve_columns();

/// What the variable of a series is called beside the columns of rows, which have an error_bound too: "energy", "error_bound_t".
std::string variable_of(const CurveColumn& column);

/// "energy,entropy": as in --series.
std::string names_of(std::span<const CurveColumn> columns);

}  // namespace qbatt
