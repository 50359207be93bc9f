#include "io/json.hpp"

#include <cmath>
#include <cstdint>
#include <nlohmann/json.hpp>

#include "qbatt/columns.hpp"

namespace qbatt {
namespace {

using Json = nlohmann::ordered_json;

Json json_number(double number) {
  return std::isfinite(number) ? Json(number) : Json(nullptr);
}

Json json_cell(const Cell& cell) {
  if (const auto* number = std::get_if<double>(&cell)) return json_number(*number);
  if (const auto* whole = std::get_if<std::int64_t>(&cell)) return *whole;
  return std::get<std::string_view>(cell);
}

Json json_array(std::span<const double> numbers) {
  Json array = Json::array();
  for (const double number : numbers) array.push_back(json_number(number));
  return array;
}

Json object_of(const Row& row) {
  Json object = Json::object();
  for (const Column& column : row_columns()) object[std::string(column.name)] = json_cell(column.cell(row));
  if (row.system.m == std::trunc(row.system.m)) object["m"] = static_cast<std::int64_t>(row.system.m);
  return object;
}

}  // namespace

std::string json_row(const Row& row) {
  return object_of(row).dump(2);
}

std::string json_curve(const Row& row, const Series& series, std::span<const CurveColumn> columns) {
  Json object = object_of(row);
  Json& arrays = object["series"] = Json::object();
  arrays["t"] = json_array(series.t);
  for (const CurveColumn& column : columns) arrays[std::string(column.name)] = json_array(column.values(series));
  const std::size_t levels = series.t.empty() ? 0 : series.populations.size() / series.t.size();
  if (levels > 0) {
    Json& populations = arrays["populations"] = Json::array();
    for (std::size_t i = 0; i < series.t.size(); ++i)
      populations.push_back(json_array(std::span(series.populations).subspan(i * levels, levels)));
  }
  return object.dump();
}

}  // namespace qbatt
