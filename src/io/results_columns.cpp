#include "io/results_columns.hpp"

#include "io/netcdf_columns.hpp"
#include "qbatt/columns.hpp"
#include "qbatt/observables.hpp"
#include "text/csv_table.hpp"

namespace qbatt {

PlotLabel known_label(const std::string& name) {
  for (const Column& column : row_columns()) {
    if (column.name == name) return {std::string(column.long_name), std::string(column.units)};
  }
  for (const ObservableInfo& info : observable_info()) {
    if (info.name == name) return {std::string(info.long_name), std::string(info.units)};
  }
  if (name == "t") return {"time", "1/energy"};
  if (name.starts_with("p_")) return {"population of level " + name.substr(2), "1"};
  return {name, "1"};
}

std::vector<ResultsColumn> read_results_columns(const std::string& path, const std::vector<std::string>& names) {
  if (path.ends_with(".nc")) return read_netcdf_columns(path, names);
  std::vector<std::vector<double>> values = read_csv_columns(path, names);
  std::vector<ResultsColumn> columns;
  columns.reserve(names.size());
  for (std::size_t i = 0; i < names.size(); ++i) columns.push_back({known_label(names[i]), std::move(values[i])});
  return columns;
}

}  // namespace qbatt
