#include "io/results_columns.hpp"

#include "qbatt/columns.hpp"
#include "qbatt/observables.hpp"

namespace qbatt {

PlotLabel known_label(const std::string& name) {
  for (const Column& column : row_columns())
    if (column.name == name) return {std::string(column.long_name), std::string(column.units)};
  for (const ObservableInfo& info : observable_info())
    if (info.name == name) return {std::string(info.long_name), std::string(info.units)};
  if (name == "t") return {"time", "1/energy"};
  if (name.starts_with("p_")) return {"population of level " + name.substr(2), "1"};
  return {name, "1"};
}

}  // namespace qbatt
