#include "sweep/spacing.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <string_view>

namespace qbatt {
namespace {

// (x (count-1-i) + y i) / (count-1): the exponents of log:10:1e6:6 come out whole, which x + (y - x) (i / (count-1)) does not give.
double between(double x, double y, std::int64_t i, std::int64_t count) {
  const auto last = static_cast<double>(count - 1);
  const auto p = static_cast<double>(i);
  return (x * (last - p) + y * p) / last;
}

/// digits * 10^exponent
struct Decimal {
  std::int64_t digits = 0;
  int exponent = 0;
};

// The shortest that reads back as `value`: up to 17 digits.
Decimal decimal_of(double value) {
  if (value == 0) return {};
  std::array<char, 32> buffer{};
  const auto written = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, std::chars_format::scientific);
  const std::string_view text(buffer.data(), static_cast<std::size_t>(written.ptr - buffer.data()));
  const std::size_t e = text.find('e');
  Decimal decimal;
  std::from_chars(text.data() + e + (text[e + 1] == '+' ? 2 : 1), text.data() + text.size(), decimal.exponent);
  for (const char c : text.substr(0, e))
    if (c >= '0' && c <= '9') decimal.digits = 10 * decimal.digits + (c - '0');
  const std::size_t point = text.find('.');
  if (point != std::string_view::npos) decimal.exponent -= static_cast<int>(e - point - 1);
  if (value < 0) decimal.digits = -decimal.digits;
  return decimal;
}

// The digits at a smaller exponent; nullopt where they do not fit.
std::optional<std::int64_t> digits_at(Decimal decimal, int exponent) {
  constexpr int most_places = 18;
  if (decimal.digits == 0) return 0;
  if (decimal.exponent - exponent > most_places) return std::nullopt;
  for (; decimal.exponent > exponent; --decimal.exponent)
    if (__builtin_mul_overflow(decimal.digits, std::int64_t{10}, &decimal.digits)) return std::nullopt;
  return decimal.digits;
}

// The double next to digits * 10^exponent.
std::optional<double> nearest_double(std::int64_t digits, int exponent) {
  constexpr std::array powers{1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                              1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
  constexpr std::int64_t largest_exact = std::int64_t{1} << 53;
  const auto places = static_cast<std::size_t>(std::abs(exponent));
  if (places < powers.size() && digits >= -largest_exact && digits <= largest_exact) {  // both are exact: one rounding
    const auto whole = static_cast<double>(digits);
    return exponent < 0 ? whole / powers[places] : whole * powers[places];
  }
  std::array<char, 48> buffer{};
  const char* const end = fmt::format_to_n(buffer.data(), buffer.size(), "{}e{}", digits, exponent).out;
  double value = 0;
  if (std::from_chars(buffer.data(), end, value).ec != std::errc()) return std::nullopt;
  return value;
}

}  // namespace

double linear_value(double start, double stop, std::int64_t i, std::int64_t count) {
  if (i == 0) return start;
  if (i == count - 1) return stop;
  const double simple = between(start, stop, i, count);
  // Ends near the largest double overflow in the weighted sum.
  if (std::isfinite(simple)) return std::clamp(simple, start, stop);
  return std::lerp(start, stop, static_cast<double>(i) / static_cast<double>(count - 1));
}

double logarithmic_value(double start, double stop, std::int64_t i, std::int64_t count) {
  if (i == 0) return start;
  if (i == count - 1) return stop;
  return std::clamp(std::pow(10.0, between(std::log10(start), std::log10(stop), i, count)), start, stop);
}

std::optional<DecimalSteps> DecimalSteps::make(double start, double step) {
  const Decimal first = decimal_of(start);
  const Decimal difference = decimal_of(step);
  DecimalSteps steps;
  steps.exponent_ = first.digits == 0 ? difference.exponent : std::min(first.exponent, difference.exponent);
  const std::optional<std::int64_t> start_digits = digits_at(first, steps.exponent_);
  const std::optional<std::int64_t> step_digits = digits_at(difference, steps.exponent_);
  if (!start_digits || !step_digits) return std::nullopt;
  steps.start_ = *start_digits;
  steps.step_ = *step_digits;
  return steps;
}

std::optional<double> DecimalSteps::at(std::int64_t i) const {
  std::int64_t digits = 0;
  if (__builtin_mul_overflow(i, step_, &digits) || __builtin_add_overflow(digits, start_, &digits)) return std::nullopt;
  return nearest_double(digits, exponent_);
}

}  // namespace qbatt
