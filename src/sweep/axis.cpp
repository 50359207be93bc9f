#include "sweep/axis.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
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
                  "with links such as nb or 2nb or nb+1 in place of numbers",
                  info.name, in_quotes(text), why, info.accepted),
      option_name(parameter));
}

// The parameter whose name stands at the beginning of `text`.
const ParameterInfo* name_at(std::string_view text) {
  for (const ParameterInfo& info : parameter_info())
    if (text.starts_with(info.name)) return &info;
  return nullptr;
}

double parse_literal(Parameter parameter, std::string_view text) {
  const ParameterInfo& info = parameter_info(parameter);
  // + 0.0 makes -0 a 0, which is another number in a file only.
  return (info.whole ? parse_whole_real : parse_real)(text, option_name(parameter), info.accepted) + 0.0;
}

double parse_offset(Parameter parameter, std::string_view text, std::string_view offset) {
  if (offset.empty()) return 0;
  const bool has_sign = offset[0] == '+' || offset[0] == '-';
  if (!has_sign || scan_number(offset).length == 0)
    reject(parameter, text, "has something behind the name that is not +NUMBER or -NUMBER");
  return parse_real(offset, option_name(parameter));
}

// [FACTOR[*]]NAME[+-NUMBER]
std::optional<Term> parse_link(Parameter parameter, std::string_view text) {
  const ScannedNumber factor = scan_number(text);
  std::string_view rest = text.substr(factor.length);
  if (factor.length > 0 && rest.starts_with('*')) rest.remove_prefix(1);
  const ParameterInfo* reference = name_at(rest);
  if (reference == nullptr) return std::nullopt;
  Term term{.reference = reference->id};
  if (factor.length > 0) term.factor = parse_real(text.substr(0, factor.length), option_name(parameter));
  term.offset = parse_offset(parameter, text, rest.substr(reference->name.size()));
  return term;
}

// " (did you mean `omega-b`?)" for `*omega_b+1`, which stands behind a factor; nothing where no name is near.
std::string hint_of(std::string_view text) {
  const std::string_view name = text.substr(text.starts_with('*') ? 1 : 0);
  std::vector<std::string> names;
  for (const ParameterInfo& info : parameter_info()) names.emplace_back(info.name);
  const std::optional<std::string> nearest = nearest_name(name.substr(0, name.find('+')), names);
  return nearest ? fmt::format(" (did you mean {}?)", in_quotes(*nearest)) : "";
}

// A number in a place where rounding follows anyway (lin:, log:): it need not be whole.
Term parse_free_term(Parameter parameter, std::string_view text) {
  if (const auto link = parse_link(parameter, text)) return *link;
  return {.reference = std::nullopt, .offset = parse_real(text, option_name(parameter)) + 0.0};
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

AxisItem parse_range(Parameter parameter, std::string_view item, const std::vector<std::string_view>& parts) {
  if (parts.size() > 3) reject(parameter, item, "has more than three numbers");
  AxisItem range{.kind = AxisItem::Kind::range, .start = parse_term(parameter, parts[0]), .stop = parse_term(parameter, parts[1])};
  if (parts.size() == 3) {
    const std::string what = fmt::format("{}: the step in {}", option_name(parameter), in_quotes(item));
    const bool whole = parameter_info(parameter).whole;
    const std::string_view accepted = whole ? "a whole number greater than 0" : "a number greater than 0";
    range.step = (whole ? parse_whole_real : parse_real)(parts[2], {what, option_name(parameter)}, accepted);
    if (!(range.step > 0))
      throw InputError(fmt::format("{}: {} must be {}", what, in_quotes(parts[2]), accepted), option_name(parameter));
  }
  return range;
}

AxisItem parse_item(Parameter parameter, std::string_view item, std::string_view text) {
  const std::vector<std::string_view> parts = split(item, ':');
  if (std::ranges::any_of(parts, [](std::string_view part) { return part.empty(); })) reject(parameter, text, "has an empty item");
  if (parts[0] == "lin") return parse_spaced(parameter, AxisItem::Kind::linear, item, parts);
  if (parts[0] == "log") return parse_spaced(parameter, AxisItem::Kind::logarithmic, item, parts);
  if (parts.size() == 1) return {.kind = AxisItem::Kind::value, .start = parse_term(parameter, item), .stop = {}};
  return parse_range(parameter, item, parts);
}

std::string canonical_text(const Term& term) {
  if (!term.reference) return fmt::format("{}", term.offset + 0.0);  // + 0.0 makes -0 a 0
  std::string text;
  const auto out = std::back_inserter(text);
  if (term.factor != 1) fmt::format_to(out, "{}", term.factor + 0.0);
  text += parameter_info(*term.reference).name;
  if (term.offset != 0) fmt::format_to(out, "{:+}", term.offset);
  return text;
}

std::string canonical_text(const AxisItem& item) {
  std::string start = canonical_text(item.start);
  if (item.kind == AxisItem::Kind::value) return start;
  const std::string both = fmt::format("{}:{}", start, canonical_text(item.stop));
  if (item.kind == AxisItem::Kind::range) return item.step == 1 ? both : fmt::format("{}:{}", both, item.step);
  return fmt::format("{}:{}:{}", item.kind == AxisItem::Kind::linear ? "lin" : "log", both, item.count);
}

}  // namespace

double nearest_whole(double value) {
  constexpr double largest = 9007199254740992;
  return std::clamp(std::round(value), -largest, largest) + 0.0;  // + 0.0 turns a rounded -0 into 0
}

std::string option_name(Parameter parameter) {
  return fmt::format("--{}", parameter_info(parameter).name);
}

bool Axis::refers_to(Parameter other) const {
  return std::ranges::any_of(
      items, [&](const AxisItem& item) { return item.start.reference == other || item.stop.reference == other; });
}

bool Axis::linked() const {
  return std::ranges::any_of(
      items, [](const AxisItem& item) { return item.start.reference || item.stop.reference; });
}

Term parse_term(Parameter parameter, std::string_view text) {
  if (const auto link = parse_link(parameter, text)) return *link;
  const ScannedNumber number = scan_number(text);
  if (number.length == 0 || number.length != text.size())
    reject(parameter, text, fmt::format("is not a number or a link{}", hint_of(text.substr(number.length))));
  return {.reference = std::nullopt, .offset = parse_literal(parameter, text)};
}

Axis parse_axis(Parameter parameter, std::string_view text) {
  if (text.empty()) reject(parameter, text, "is empty");
  Axis axis{.parameter = parameter, .items = {}, .text = text};
  for (const std::string_view item : split(text, ',')) axis.items.push_back(parse_item(parameter, item, text));
  return axis;
}

std::string canonical_text(const Axis& axis) {
  std::string text = canonical_text(axis.items.front());
  for (const AxisItem& item : std::span(axis.items).subspan(1)) text.append(",").append(canonical_text(item));
  return text;
}

}  // namespace qbatt
