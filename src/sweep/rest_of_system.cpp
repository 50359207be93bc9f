#include "sweep/rest_of_system.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "qbatt/columns.hpp"
#include "qbatt/errors.hpp"
#include "sweep/loops.hpp"
#include "text/suggestion.hpp"
#include "text/text.hpp"

namespace qbatt {

namespace {

/// What an option might say whose values stand in a column: all that they may depend on.
std::string text_of_column(const ParameterInfo& info) {
  if (info.choices.empty()) return "1";
  std::string all;
  for (const std::string_view name : info.choices) all.append(all.empty() ? "" : ",").append(name);
  return all;
}

bool names_no_spins(std::string_view charger) {
  return std::ranges::any_of(
      all_chargers, [&](Charger c) { return to_string(c) == charger && !has_spins(c); });
}

}  // namespace

RestOfSystem::RestOfSystem(const std::array<bool, parameter_count>& is_column, const AxisTexts& constants, std::string_view with) {
  AxisTexts texts = constants;
  for (const ParameterInfo& info : parameter_info())
    if (is_column[static_cast<std::size_t>(info.id)]) texts[static_cast<std::size_t>(info.id)] = text_of_column(info);
  const auto& charger = texts[static_cast<std::size_t>(Parameter::charger)];
  const std::vector<std::string_view> names = charger ? split(*charger, ',') : std::vector<std::string_view>();
  may_be_boson_ = std::ranges::any_of(names, names_no_spins);
  // A column of spins beside a boson may say that it has none.
  if (is_column[static_cast<std::size_t>(Parameter::n_c)] && may_be_boson_ && std::ranges::all_of(names, names_no_spins))
    texts[static_cast<std::size_t>(Parameter::n_c)] = std::nullopt;
  const Axes axes = parse_axes(texts);
  for (const Parameter parameter : loop_order(axes)) {
    const auto i = static_cast<std::size_t>(parameter);
    whole_[i] = axes[i].whole == Whole::always;
    if (is_column[i]) continue;
    if (!axes[i].single()) {
      const ParameterInfo& info = parameter_info(parameter);
      throw InputError(fmt::format("--{}: {} is an axis, which cannot be combined with {}: it must be {}{}", info.name,
                                   in_quotes(axes[i].text), with, accepted_values(info), info.choices.empty() ? ", or a link" : ""),
                       option_name(info.id));
    }
    axes_.push_back(axes[i]);
    axes_.back().text = {};
  }
}

void RestOfSystem::complete(ParameterValues& values) {
  for (const Axis& axis : axes_) {
    const Term& term = axis.items_for(values).front().start;
    const double value = term.value(values);
    double& place = values[static_cast<std::size_t>(axis.parameter)];
    place = axis.whole_for(values) && (term.linked() || axis.whole == Whole::always) ? nearest_whole(value) : value;
    if (place != value) ++rounded_;
  }
}

std::string not_a_column(std::string_view name) {
  return fmt::format("{} is not a column of systems: {}", in_quotes(name),
                     accepted_names_of(
                         name, written_order, [](Parameter parameter) { return parameter_info(parameter).column; }));
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
