#include "io/results_columns.hpp"

#include <fmt/format.h>

#include <string_view>

#include "qbatt/columns.hpp"
#include "qbatt/observables.hpp"

namespace qbatt {
namespace {

constexpr std::string_view in_units_of = ", in units of ";

}  // namespace

CfLabel cf_label(const PlotLabel& label) {
  const bool is_known = label.units.find("energy") == std::string::npos;
  if (is_known) return {label.text, label.units};
  return {fmt::format("{}{}{}", label.text, in_units_of, label.units), "1"};
}

PlotLabel label_of_cf(const CfLabel& cf) {
  const std::size_t at = cf.long_name.rfind(in_units_of);
  if (at == std::string::npos || cf.units != "1") return {cf.long_name, cf.units};
  return {cf.long_name.substr(0, at), cf.long_name.substr(at + in_units_of.size())};
}

PlotLabel known_label(const std::string& name) {
  for (const Column& column : row_columns())
    if (column.name == name) return {std::string(column.long_name), std::string(column.units)};
  for (const ObservableInfo& info : observable_info())
    if (info.name == name) return {std::string(info.long_name), std::string(info.units)};
  if (name == "t") return {"time", "1/energy"};
  if (name.starts_with("p_")) return {fmt::format("population of level {}", name.substr(2)), "1"};
  return {name, "1"};
}

}  // namespace qbatt
