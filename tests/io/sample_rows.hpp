#pragma once

#include <algorithm>
#include <limits>
#include <string_view>

#include "io/curve_columns.hpp"
#include "qbatt/solve.hpp"

namespace qbatt::test {

/// A row with a different number in each place, none of them short in decimal.
inline Row sample_row(std::int64_t n_b) {
  Row row;
  row.system = {n_b, n_b + 1, static_cast<double>(n_b), 1.0 / 3, 0.1, -2.5, 1e-300};
  row.status = Status::ok;
  row.solver = Solver::spectral;
  row.n_eig = n_b;
  row.error_bound = 1.2345678901234567e-13;
  row.t_opt = 0.1 + 0.2;
  for (const ObservableInfo& info : observable_info())
    row.at_optimum[info.id] = static_cast<double>(n_b) / (7.0 + static_cast<double>(info.id));
  return row;
}

/// A row without an optimum.
inline Row dead_row(std::int64_t n_b) {
  Row row;
  row.system = {n_b, n_b, 0, 1, 1, 1, 0};
  row.status = Status::no_peak;
  row.t_opt = -std::numeric_limits<double>::quiet_NaN();
  row.at_optimum = ObservableValues::filled(-std::numeric_limits<double>::quiet_NaN());
  return row;
}

inline Table sample_table(std::int64_t first, std::int64_t last) {
  Table table;
  for (std::int64_t n_b = first; n_b <= last; ++n_b) table.rows.push_back(sample_row(n_b));
  return table;
}

/// The column of a time series that is called `name`.
inline CurveColumn curve_column(std::string_view name) {
  return *std::ranges::find(curve_columns(), name, &CurveColumn::name);
}

}  // namespace qbatt::test
