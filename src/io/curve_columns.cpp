#include "io/curve_columns.hpp"

#include <vector>

namespace qbatt {

std::span<const CurveColumn> curve_columns() {
  static const std::vector<CurveColumn> columns = [] {
    std::vector<CurveColumn> all;
    for (const ObservableInfo& info : observable_info()) all.push_back({info.name, info.long_name, info.units, info.id});
    all.push_back({"error_bound", "bound on the error of the state", "1", std::nullopt});
    return all;
  }();
  return columns;
}

std::string variable_of(const CurveColumn& column) {
  return std::string(column.name) + (column.observable ? "" : "_t");
}

std::string names_of(std::span<const CurveColumn> columns) {
  std::string names;
  for (const CurveColumn& column : columns) names.append(names.empty() ? "" : ",").append(column.name);
  return names;
}

}  // namespace qbatt
