#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "qbatt/errors.hpp"
#include "sweep/rest_of_system.hpp"
#include "sweep/source.hpp"
#include "text/text.hpp"

namespace qbatt {
namespace {

struct GivenColumn {
  const ParameterInfo* info;
  std::span<const double> values;
};

std::vector<GivenColumn> given_columns(std::span<const SystemColumn> columns, const AxisTexts& constants) {
  std::vector<GivenColumn> given;
  for (const SystemColumn& column : columns) {
    const ParameterInfo* const info = parameter_of_column(column.name);
    if (info == nullptr) {
      if (!is_result_column(column.name)) throw InputError(not_a_column(column.name));
      continue;
    }
    if (std::ranges::find(given, info, &GivenColumn::info) != given.end())
      throw InputError(fmt::format("the column {} is named twice", in_quotes(column.name)));
    if (constants[static_cast<std::size_t>(info->id)]) reject_constant(*info, "the systems");
    if (!given.empty() && column.values.size() != given.front().values.size()) {
      throw InputError(fmt::format("the column {} has {}, but {} has {}", column.name, counted(std::ssize(column.values), "value"),
                                   given.front().info->column, given.front().values.size()));
    }
    given.push_back({info, column.values});
  }
  return given;
}

bool is_choice(const ParameterInfo& info, double value) {
  return info.choices.empty() || (value >= 0 && value < static_cast<double>(info.choices.size()));
}

double checked(const GivenColumn& column, std::size_t row, const RestOfSystem& rest) {
  const double value = column.values[row];
  if (std::isnan(value) && column.info->id == Parameter::n_c && rest.may_be_boson()) return 0;
  const bool whole = rest.whole(column.info->id);
  const bool understood = std::isfinite(value) && !(whole && nearest_whole(value) != value) && is_choice(*column.info, value);
  if (understood) return value + 0.0;  // -0 is 0
  throw InputError(fmt::format("row {}, column {}: {} must be {}", row, column.info->column, value, column.info->accepted));
}

}  // namespace

SystemRows systems_of_columns(std::span<const SystemColumn> columns, const AxisTexts& constants) {
  const std::vector<GivenColumn> given = given_columns(columns, constants);
  std::array<bool, parameter_count> is_column{};
  for (const GivenColumn& column : given) is_column[static_cast<std::size_t>(column.info->id)] = true;
  const bool has_batteries =
      is_column[static_cast<std::size_t>(Parameter::n_b)] || constants[static_cast<std::size_t>(Parameter::n_b)];
  if (!has_batteries) throw InputError("there is no column n_b: it is required");
  if (given.empty() || given.front().values.empty()) throw InputError("there are no systems: the columns are empty");
  RestOfSystem rest(is_column, constants, "a table of systems");
  SystemRows rows;
  rows.systems.reserve(given.front().values.size());
  for (std::size_t row = 0; row < given.front().values.size(); ++row) {
    ParameterValues values{};
    for (const GivenColumn& column : given) values[static_cast<std::size_t>(column.info->id)] = checked(column, row, rest);
    rest.complete(values);
    rows.systems.push_back(make_system(values));
  }
  rows.rounded = rest.rounded();
  return rows;
}

}  // namespace qbatt
