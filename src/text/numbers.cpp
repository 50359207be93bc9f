#include "text/numbers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "qbatt/errors.hpp"
#include "text/suggestion.hpp"
#include "text/text.hpp"

namespace qbatt {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

std::size_t digits_at(std::string_view text, std::size_t begin) {
  std::size_t end = begin;
  while (end < text.size() && is_digit(text[end])) ++end;
  return end - begin;
}

// Characters of "e", a sign and digits at `begin`; 0 where the digits are missing.
std::size_t exponent_at(std::string_view text, std::size_t begin) {
  if (begin >= text.size() || (text[begin] != 'e' && text[begin] != 'E')) return 0;
  std::size_t at = begin + 1;
  if (at < text.size() && (text[at] == '+' || text[at] == '-')) ++at;
  const std::size_t digits = digits_at(text, at);
  return digits == 0 ? 0 : at + digits - begin;
}

std::size_t number_length(std::string_view text) {
  std::size_t at = !text.empty() && (text[0] == '+' || text[0] == '-') ? 1 : 0;
  const std::size_t before_point = digits_at(text, at);
  at += before_point;
  std::size_t after_point = 0;
  if (at < text.size() && text[at] == '.') {
    after_point = digits_at(text, at + 1);
    at += 1 + after_point;
  }
  return before_point + after_point == 0 ? 0 : at + exponent_at(text, at);
}

// 0.00e7 is zero, 1e-400 only looks like it.
bool has_significant_digit(std::string_view number) {
  const std::string_view mantissa = number.substr(0, number.find_first_of("eE"));
  return mantissa.find_first_of("123456789") != std::string_view::npos;
}

bool exponent_is_negative(std::string_view number) {
  const std::size_t e = number.find_first_of("eE");
  return e == std::string_view::npos ? number.find_first_of("123456789") > number.find('.') : number[e + 1] == '-';
}

[[noreturn]] void reject(const Origin& origin, std::string_view text, std::string_view why, std::string_view accepted) {
  throw InputError(fmt::format("{}: {} {}: it must be {}", origin.name, in_quotes(text), why, accepted), origin.option);
}

struct MemoryUnit {
  std::string_view name;
  double bytes;
};

constexpr std::array<MemoryUnit, 9> memory_units{{{"B", 1},
                                                  {"kB", 1e3},
                                                  {"MB", 1e6},
                                                  {"GB", 1e9},
                                                  {"TB", 1e12},
                                                  {"KiB", 0x1p10},
                                                  {"MiB", 0x1p20},
                                                  {"GiB", 0x1p30},
                                                  {"TiB", 0x1p40}}};

}  // namespace

ScannedNumber scan_number(std::string_view text) {
  using enum ScannedNumber::Outcome;
  const std::size_t length = number_length(text);
  if (length == 0) return {};
  const std::size_t plus = text[0] == '+' ? 1 : 0;  // which from_chars does not take
  const std::string_view digits = text.substr(plus, length - plus);
  double value = 0;
  const auto result = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  const bool out_of_range = result.ec != std::errc();
  if (std::isinf(value) || (out_of_range && !exponent_is_negative(digits))) return {overflow, value, length};
  if (out_of_range || (value == 0 && has_significant_digit(digits))) return {underflow, value, length};
  return {number, value, length};
}

double parse_real(std::string_view text, const Origin& origin, std::string_view accepted) {
  using enum ScannedNumber::Outcome;
  const ScannedNumber scanned = scan_number(text);
  if (text.empty()) reject(origin, text, "is empty", accepted);
  if (scanned.outcome == none || scanned.length != text.size()) reject(origin, text, "is not a number", accepted);
  if (scanned.outcome == overflow) reject(origin, text, "is too large", accepted);
  if (scanned.outcome == underflow) reject(origin, text, "is too close to 0", accepted);
  return scanned.value;
}

double parse_whole_real(std::string_view text, const Origin& origin, std::string_view accepted) {
  constexpr double largest = 9007199254740992;  // 2^53: beyond it neighboring whole numbers are one double
  const double value = parse_real(text, origin, accepted);
  if (std::abs(value) > largest) reject(origin, text, "is too large", accepted);
  if (value != std::trunc(value)) reject(origin, text, "is not a whole number", accepted);
  return value;
}

std::int64_t parse_whole(std::string_view text, const Origin& origin, std::int64_t low, std::int64_t high) {
  const std::string accepted = fmt::format("a whole number from {} to {}", low, high);
  const double value = parse_whole_real(text, origin, accepted);
  const auto whole = static_cast<std::int64_t>(value);
  if (whole < low || whole > high) reject(origin, text, "is out of range", accepted);
  return whole;
}

std::int64_t parse_bytes(std::string_view text, const Origin& origin) {
  constexpr std::string_view number_with = "a number with one of the units";
  constexpr std::string_view range = ", from 1B to 2^60 bytes, such as 8GiB";
  const auto name_of = [](const MemoryUnit& unit) { return unit.name; };
  const std::string accepted = fmt::format("{} {}{}", number_with, listed(memory_units, name_of), range);
  const ScannedNumber scanned = scan_number(text);
  if (scanned.length == 0) reject(origin, text, "is not an amount of memory", accepted);
  std::string_view name = text.substr(scanned.length);
  if (name.starts_with(' ')) name.remove_prefix(1);
  const auto* const unit = std::ranges::find(memory_units, name, &MemoryUnit::name);
  if (unit == memory_units.end()) {
    if (name.empty()) reject(origin, text, "has no unit", accepted);
    throw InputError(fmt::format("{}: {} has an unknown unit: {}{}", origin.name, in_quotes(text),
                                 accepted_names_of(name, memory_units, name_of, fmt::format("it must be {}", number_with)), range),
                     origin.option);
  }
  const double bytes = std::round(scanned.value * unit->bytes);
  if (!(bytes >= 1 && bytes <= 0x1p60)) reject(origin, text, "is out of range", accepted);
  return static_cast<std::int64_t>(bytes);
}

}  // namespace qbatt
