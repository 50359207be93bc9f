#include "sweep/axis.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <optional>
#include <span>

#include "qbatt/errors.hpp"
#include "text/numbers.hpp"
#include "text/suggestion.hpp"
#include "text/text.hpp"

namespace qbatt {
namespace {

[[noreturn]] void reject(Parameter parameter, std::string_view text, std::string_view why) {
  const ParameterInfo& info = parameter_info(parameter);
  throw InputError(
      fmt::format("--{}: {} {}: it must be {}, or an axis such as 1,2,5 or 1:20 or 0:20:5 or lin:1:10:4 or log:1:100:3, "
                  "with links such as nb or 2nb or nb+1 or 0.5nb+0.5nc in place of numbers",
                  info.name, in_quotes(text), why, accepted_values(info)),
      option_name(parameter));
}

// The parameter whose name stands at the beginning of `text`, if its value is a number.
const ParameterInfo* name_at(std::string_view text) {
  for (const ParameterInfo& info : parameter_info())
    if (info.choices.empty() && text.starts_with(info.name)) return &info;
  return nullptr;
}

double parse_literal(Parameter parameter, std::string_view text, Whole whole) {
  const ParameterInfo& info = parameter_info(parameter);
  // + 0.0 makes -0 a 0, which is another number in a file only.
  return (whole == Whole::always ? parse_whole_real : parse_real)(text, option_name(parameter), info.accepted) + 0.0;
}

// " (did you mean `omega-b`?)" for `*omega_b+1`, which stands behind a factor; nothing where no name is near.
std::string hint_of(std::string_view text) {
  const std::string_view name = text.substr(text.starts_with('*') ? 1 : 0);
  std::vector<std::string> names;
  for (const ParameterInfo& info : parameter_info())
    if (info.choices.empty()) names.emplace_back(info.name);
  const std::optional<std::string> nearest = nearest_name(name.substr(0, name.find('+')), names);
  return nearest ? fmt::format(" (did you mean {}?)", in_quotes(*nearest)) : "";
}

bool is_sign(char c) {
  return c == '+' || c == '-';
}

// Adds what stands at the beginning of `rest`, [+-][FACTOR[*]]NAME or [+-]NUMBER, and removes it from there; false where there is
// neither.
bool take_summand(Parameter parameter, std::string_view& rest, Term& term) {
  const bool bare_sign = rest.size() > 1 && is_sign(rest[0]) && name_at(rest.substr(1)) != nullptr;
  const ScannedNumber number = scan_number(rest);
  const std::size_t length = bare_sign ? 1 : number.length;
  const std::string_view digits = rest.substr(0, length);
  std::string_view behind = rest.substr(length);
  if (number.length > 0 && behind.starts_with('*')) behind.remove_prefix(1);
  const ParameterInfo* const reference = name_at(behind);
  if (reference == nullptr && number.length == 0) return false;
  const double factor = number.length > 0 ? parse_real(digits, option_name(parameter)) : rest[0] == '-' ? -1.0 : 1.0;
  if (reference == nullptr) {
    term.offset += factor;
    rest = rest.substr(length);
    return true;
  }
  term.references.set(static_cast<std::size_t>(reference->id));
  term.factors[static_cast<std::size_t>(reference->id)] += factor;
  rest = behind.substr(reference->name.size());
  return true;
}

// A sum of [FACTOR[*]]NAME and numbers; nullopt where it begins without a name in it.
std::optional<Term> parse_link(Parameter parameter, std::string_view text) {
  Term term;
  std::string_view rest = text;
  bool understood = take_summand(parameter, rest, term);
  while (understood && !rest.empty()) understood = is_sign(rest[0]) && take_summand(parameter, rest, term);
  if (!term.linked()) return std::nullopt;
  if (!understood) {
    const std::size_t name = std::min(rest.find_first_not_of("+-.0123456789*"), rest.size());
    reject(parameter, text,
           fmt::format("has something behind a name that is not + or - with a number or a link{}", hint_of(rest.substr(name))));
  }
  return term;
}

// A number or a link. A number of a whole parameter must be whole; what a link gives is rounded later.
Term parse_term(Parameter parameter, std::string_view text, Whole whole) {
  if (const auto link = parse_link(parameter, text)) return *link;
  const ScannedNumber number = scan_number(text);
  if (number.length == 0 || number.length != text.size())
    reject(parameter, text, fmt::format("is not a number or a link{}", hint_of(text.substr(number.length))));
  return Term::number(parse_literal(parameter, text, whole));
}

// A number in a place where rounding follows anyway (lin:, log:): it need not be whole.
Term parse_free_term(Parameter parameter, std::string_view text) {
  if (const auto link = parse_link(parameter, text)) return *link;
  return Term::number(parse_real(text, option_name(parameter)) + 0.0);
}

AxisItem parse_spaced(Parameter parameter, AxisItem::Kind kind, std::string_view item, const std::vector<std::string_view>& parts) {
  if (parts.size() != 4) reject(parameter, item, fmt::format("does not have the form {}:START:STOP:COUNT", parts[0]));
  return {.kind = kind,
          .start = parse_free_term(parameter, parts[1]),
          .stop = parse_free_term(parameter, parts[2]),
          .count = parse_whole(
              parts[3], {fmt::format("{}: the count in {}", option_name(parameter), in_quotes(item)), option_name(parameter)}, 1,
              max_combinations)};
}

AxisItem parse_range(Parameter parameter, std::string_view item, const std::vector<std::string_view>& parts, Whole whole_values) {
  if (parts.size() > 3) reject(parameter, item, "has more than three numbers");
  AxisItem range{.kind = AxisItem::Kind::range,
                 .start = parse_term(parameter, parts[0], whole_values),
                 .stop = parse_term(parameter, parts[1], whole_values)};
  if (parts.size() == 3) {
    const std::string what = fmt::format("{}: the step in {}", option_name(parameter), in_quotes(item));
    const bool whole = whole_values == Whole::always;
    const std::string_view accepted = whole ? "a whole number greater than 0" : "a number greater than 0";
    range.step = (whole ? parse_whole_real : parse_real)(parts[2], {what, option_name(parameter)}, accepted);
    if (!(range.step > 0))
      throw InputError(fmt::format("{}: {} must be {}", what, in_quotes(parts[2]), accepted), option_name(parameter));
  }
  return range;
}

AxisItem parse_item(Parameter parameter, std::string_view item, std::string_view text, Whole whole) {
  const std::vector<std::string_view> parts = split(item, ':');
  if (std::ranges::any_of(parts, [](std::string_view part) { return part.empty(); })) reject(parameter, text, "has an empty item");
  if (parts[0] == "lin") return parse_spaced(parameter, AxisItem::Kind::linear, item, parts);
  if (parts[0] == "log") return parse_spaced(parameter, AxisItem::Kind::logarithmic, item, parts);
  if (parts.size() == 1) return {.kind = AxisItem::Kind::value, .start = parse_term(parameter, item, whole), .stop = {}};
  return parse_range(parameter, item, parts, whole);
}

// One of the names; NAME:NAME is an axis of one, as 7:7 is of numbers.
AxisItem parse_name(const ParameterInfo& info, std::string_view item) {
  const std::size_t half = item.size() / 2;
  const bool twice = item.size() % 2 == 1 && item[half] == ':' && item.substr(0, half) == item.substr(half + 1);
  const std::string_view name = twice ? item.substr(0, half) : item;
  const auto found = std::ranges::find(info.choices, name);
  if (found == info.choices.end()) {
    throw InputError(fmt::format("--{}: {} is not known: {}", info.name, in_quotes(name),
                                 accepted_names_of(
                                     name, info.choices, [](std::string_view choice) { return choice; })),
                     option_name(info.id));
  }
  const Term number = Term::number(static_cast<double>(found - info.choices.begin()));
  return {.kind = twice ? AxisItem::Kind::range : AxisItem::Kind::value, .start = number, .stop = twice ? number : Term{}};
}

std::string canonical_text(const Term& term) {
  if (!term.linked()) return fmt::format("{}", term.offset + 0.0);  // + 0.0 makes -0 a 0
  std::string text;
  const auto out = std::back_inserter(text);
  for (const ParameterInfo& info : parameter_info()) {
    if (!term.refers_to(info.id)) continue;
    const double factor = term.factor(info.id) + 0.0;
    if (!text.empty() && factor >= 0) text += '+';
    if (factor != 1) fmt::format_to(out, "{}", factor);
    text += info.name;
  }
  if (term.offset != 0) fmt::format_to(out, "{:+}", term.offset);
  return text;
}

std::string canonical_text(const ParameterInfo& info, const AxisItem& item) {
  if (!info.choices.empty()) {
    const std::string_view name = info.choices[static_cast<std::size_t>(item.start.offset)];
    return item.kind == AxisItem::Kind::value ? std::string(name) : fmt::format("{0}:{0}", name);
  }
  std::string start = canonical_text(item.start);
  if (item.kind == AxisItem::Kind::value) return start;
  const std::string both = fmt::format("{}:{}", start, canonical_text(item.stop));
  if (item.kind == AxisItem::Kind::range) return item.step == 1 ? both : fmt::format("{}:{}", both, item.step);
  return fmt::format("{}:{}:{}", item.kind == AxisItem::Kind::linear ? "lin" : "log", both, item.count);
}

bool any_refers_to(const std::vector<AxisItem>& items, Parameter other) {
  return std::ranges::any_of(
      items, [&](const AxisItem& item) { return item.start.refers_to(other) || item.stop.refers_to(other); });
}

bool any_linked(const std::vector<AxisItem>& items) {
  return std::ranges::any_of(
      items, [](const AxisItem& item) { return item.start.linked() || item.stop.linked(); });
}

}  // namespace

double nearest_whole(double value) {
  constexpr double largest = 9007199254740992;
  return std::clamp(std::round(value), -largest, largest) + 0.0;  // + 0.0 turns a rounded -0 into 0
}

std::string accepted_values(const ParameterInfo& info) {
  return info.choices.empty() ? std::string(info.accepted) : alternatives({info.choices.begin(), info.choices.end()});
}

std::string option_name(Parameter parameter) {
  return fmt::format("--{}", parameter_info(parameter).name);
}

Term Term::of(Parameter parameter) {
  Term term;
  term.references.set(static_cast<std::size_t>(parameter));
  term.factors[static_cast<std::size_t>(parameter)] = 1;
  return term;
}

double Term::value(const ParameterValues& values) const {
  double sum = 0;
  for (std::size_t i = 0; i < parameter_count; ++i)
    if (references[i]) sum += factors[i] * values[i];
  return sum + offset;
}

bool AxisItem::typed() const {
  const bool plain = kind == Kind::value || kind == Kind::range;
  return plain && !start.linked() && !stop.linked();
}

bool Axis::refers_to(Parameter other) const {
  if (other == Parameter::charger) return !items_of_boson.empty();
  if (other == Parameter::charger_state) return whole == Whole::dicke;
  return any_refers_to(items, other) || any_refers_to(items_of_boson, other);
}

bool Axis::linked() const {
  return refers_to(Parameter::charger) || refers_to(Parameter::charger_state) || any_linked(items);
}

const std::vector<AxisItem>& Axis::items_for(const ParameterValues& values) const {
  if (items_of_boson.empty()) return items;
  const auto charger = static_cast<Charger>(values[static_cast<std::size_t>(Parameter::charger)]);
  return has_spins(charger) ? items : items_of_boson;
}

bool Axis::whole_for(const ParameterValues& values) const {
  if (whole != Whole::dicke) return whole == Whole::always;
  return values[static_cast<std::size_t>(Parameter::charger_state)] == static_cast<double>(ChargerState::dicke);
}

Axis parse_axis(Parameter parameter, std::string_view text, Whole whole) {
  const ParameterInfo& info = parameter_info(parameter);
  if (text.empty()) reject(parameter, text, "is empty");
  Axis axis{.parameter = parameter, .items = {}, .text = text, .whole = whole};
  for (const std::string_view item : split(text, ','))
    axis.items.push_back(info.choices.empty() ? parse_item(parameter, item, text, whole) : parse_name(info, item));
  return axis;
}

Axis parse_axis(Parameter parameter, std::string_view text) {
  return parse_axis(parameter, text, parameter_info(parameter).whole ? Whole::always : Whole::never);
}

std::string canonical_text(const Axis& axis) {
  const ParameterInfo& info = parameter_info(axis.parameter);
  std::string text = canonical_text(info, axis.items.front());
  for (const AxisItem& item : std::span(axis.items).subspan(1)) text.append(",").append(canonical_text(info, item));
  return text;
}

}  // namespace qbatt
