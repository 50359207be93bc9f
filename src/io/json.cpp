#include "io/json.hpp"

#include <cmath>
#include <nlohmann/json.hpp>

#include "qbatt/columns.hpp"

namespace qbatt {
namespace {

nlohmann::ordered_json json_cell(const Cell& cell) {
  if (const auto* number = std::get_if<double>(&cell))
    return std::isfinite(*number) ? nlohmann::ordered_json(*number) : nlohmann::ordered_json(nullptr);
  if (const auto* whole = std::get_if<std::int64_t>(&cell)) return *whole;
  return std::get<std::string_view>(cell);
}

}  // namespace

std::string json_row(const Row& row) {
  nlohmann::ordered_json object = nlohmann::ordered_json::object();
  for (const Column& column : row_columns()) object[std::string(column.name)] = json_cell(column.cell(row));
  return object.dump(2);
}

}  // namespace qbatt
