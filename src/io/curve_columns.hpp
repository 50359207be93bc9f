#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "qbatt/solve.hpp"

namespace qbatt {

/// One column of a time series behind `t`: an observable, or the error bound.
struct CurveColumn {
  std::string_view name;
  std::string_view long_name;
  std::string_view units;
  std::optional<Observable> observable;  ///< nullopt: error_bound

  /// The value at time i.
  [[nodiscard]] double value(const Series& series, std::size_t i) const {
    return observable ? series.values[i][*observable] : series.error_bound[i];
  }
};

/// All columns that a time series may have, in order.
std::span<const CurveColumn> curve_columns();

}  // namespace qbatt
