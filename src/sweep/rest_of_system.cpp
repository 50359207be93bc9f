#include "sweep/rest_of_system.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "qbatt/columns.hpp"
#include "qbatt/errors.hpp"
#include "sweep/loops.hpp"
#include "text/suggestion.hpp"
#include "text/text.hpp"

namespace qbatt {

RestOfSystem::RestOfSystem(const std::array<bool, parameter_count>& is_column, const AxisTexts& constants, std::string_view with) {
  constexpr std::string_view placed = "0";
  Axes axes;
  for (const ParameterInfo& info : parameter_info()) {
    const auto i = static_cast<std::size_t>(info.id);
    const std::string_view text = is_column[i] ? placed : constants[i] ? std::string_view(*constants[i]) : info.default_axis;
    axes[i] = parse_axis(info.id, text);
    if (axes[i].single()) continue;
    throw InputError(fmt::format("--{}: {} is an axis, which cannot be combined with {}: it must be {}, or a link", info.name,
                                 in_quotes(text), with, info.accepted),
                     option_name(info.id));
  }
  for (const Parameter parameter : loop_order(axes)) {
    const auto i = static_cast<std::size_t>(parameter);
    if (!is_column[i]) terms_.emplace_back(parameter, axes[i].items[0].start);
  }
}

void RestOfSystem::complete(ParameterValues& values) {
  for (const auto& [parameter, term] : terms_) {
    const double value = term.value(values);
    double& place = values[static_cast<std::size_t>(parameter)];
    place = parameter_info(parameter).whole ? nearest_whole(value) : value;
    if (place != value) ++rounded_;
  }
}

std::string not_a_column(std::string_view name) {
  return fmt::format("{} is not a column of systems: {}", in_quotes(name),
                     accepted_names_of(
                         name, parameter_info(), [](const ParameterInfo& info) { return info.column; }));
}

const ParameterInfo* parameter_of_column(std::string_view name) {
  const auto info = std::ranges::find(parameter_info(), name, &ParameterInfo::column);
  return info == parameter_info().end() ? nullptr : &*info;
}

bool is_result_column(std::string_view name) {
  return std::ranges::find(row_columns(), name, &Column::name) != row_columns().end();
}

void reject_constant(const ParameterInfo& info, std::string_view table) {
  throw InputError(
      fmt::format("--{} cannot be combined with the column {} of {}: leave one of them out", info.name, info.column, table),
      option_name(info.id));
}

}  // namespace qbatt
