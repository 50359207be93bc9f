#include <fmt/format.h>

#include <algorithm>
#include <functional>

#include "qbatt/errors.hpp"
#include "sweep/loops.hpp"
#include "text/text.hpp"

namespace qbatt {
namespace {

constexpr std::string_view quanta_of_boson = "nb";
constexpr std::string_view spins_of_boson = "0";

std::size_t place_of(Parameter parameter) {
  return static_cast<std::size_t>(parameter);
}

// Whether something holds for one of the names that the axis lists.
template <class Name>
bool any(const Axis& axis, const auto& holds) {
  return std::ranges::any_of(
      axis.items, [&](const AxisItem& item) { return holds(static_cast<Name>(item.start.offset)); });
}

Whole whole_of_quanta(const Axis& states) {
  const auto is_dicke = [](ChargerState state) { return state == ChargerState::dicke; };
  if (!any<ChargerState>(states, is_dicke)) return Whole::never;
  return any<ChargerState>(states, std::not_fn(is_dicke)) ? Whole::dicke : Whole::always;
}

// What is typed is taken as it is, so that it does not depend on the state: 2.5 makes one more combination that is not physical.
Axis parse_quanta(std::string_view text, const Axis& states) {
  Axis m = parse_axis(Parameter::m, text, whole_of_quanta(states));
  if (m.whole == Whole::dicke && std::ranges::all_of(m.items, &AxisItem::typed)) m.whole = Whole::never;
  return m;
}

[[noreturn]] void reject_spins(std::string_view text) {
  throw InputError(
      fmt::format("--nc: {} cannot be combined with --charger boson: a mode is made of no spins; leave it out", in_quotes(text)),
      option_name(Parameter::n_c));
}

// What links of a boson to the number of spins would be.
void reject_links_to_spins(const Axes& axes) {
  for (const Axis& axis : axes) {
    const auto refers = [](const AxisItem& item) {
      return item.start.refers_to(Parameter::n_c) || item.stop.refers_to(Parameter::n_c);
    };
    const std::vector<AxisItem>& items = axis.items_of_boson.empty() ? axis.items : axis.items_of_boson;
    if (std::ranges::none_of(items, refers)) continue;
    throw InputError(
        fmt::format("--{}: {} refers to nc, which a boson does not have: use nb or a number, or sweep spins by themselves",
                    parameter_info(axis.parameter).name, in_quotes(axis.text)),
        option_name(axis.parameter));
  }
}

// Puts what holds for a boson beside what holds for spins, or in its place where there are no spins.
void put_boson(Axis& axis, const Axis& of_boson, bool spins_too) {
  if (spins_too)
    axis.items_of_boson = of_boson.items;
  else
    axis = of_boson;
}

}  // namespace

Axes parse_axes(const AxisTexts& texts) {
  Axes axes;
  const auto parse = [&](Parameter parameter) {
    const ParameterInfo& info = parameter_info(parameter);
    const auto& text = texts[place_of(parameter)];
    if (!text && info.default_axis.empty())
      throw InputError(fmt::format("--{} is required: {}", info.name, info.accepted), option_name(parameter));
    const std::string_view said = text ? std::string_view(*text) : info.default_axis;
    axes[place_of(parameter)] =
        parameter == Parameter::m ? parse_quanta(said, axes[place_of(Parameter::charger_state)]) : parse_axis(parameter, said);
  };
  for (const ParameterInfo& info : parameter_info()) parse(info.id);
  const Axis& chargers = axes[place_of(Parameter::charger)];
  if (!any<Charger>(chargers, std::not_fn(has_spins))) return axes;
  const bool spins_too = any<Charger>(chargers, has_spins);
  Axis& n_c = axes[place_of(Parameter::n_c)];
  Axis& m = axes[place_of(Parameter::m)];
  if (!spins_too && texts[place_of(Parameter::n_c)]) reject_spins(n_c.text);
  put_boson(n_c, parse_axis(Parameter::n_c, spins_of_boson), spins_too);
  if (!texts[place_of(Parameter::m)]) put_boson(m, parse_axis(Parameter::m, quanta_of_boson, m.whole), spins_too);
  reject_links_to_spins(axes);
  return axes;
}

}  // namespace qbatt
