#include "io/picture_size.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "qbatt/errors.hpp"
#include "text/numbers.hpp"
#include "text/text.hpp"

namespace qbatt {
namespace {

struct LengthUnit {
  std::string_view name;
  double points;
};
constexpr std::array units{LengthUnit{"cm", points_per_cm}, LengthUnit{"mm", points_per_cm / 10}, LengthUnit{"in", 72},
                           LengthUnit{"pt", 1}};

constexpr double least = 3 * points_per_cm, most = 50 * points_per_cm;

}  // namespace

bool is_picture_name(std::string_view path) {
  return std::ranges::any_of(
      picture_formats,
      [&](std::string_view format) {
        return path.size() > format.size() && path.ends_with(format) && path[path.size() - format.size() - 1] == '.';
      });
}

PictureSize picture_size(std::optional<double> width, double otherwise, double height_to_width) {
  const double chosen = width.value_or(otherwise);
  return {chosen, chosen * height_to_width, width.has_value()};
}

double parse_picture_width(const std::string& text) {
  constexpr std::string_view accepted = "it must be a length with a unit, such as 8.6cm, 86mm, 3.4in or 244pt, from 3cm to 50cm";
  const ScannedNumber number = scan_number(text);
  if (number.outcome != ScannedNumber::Outcome::number)
    throw InputError(fmt::format("--width: {} is no length: {}", in_quotes(text), accepted), "--width");
  const std::string_view name = trimmed(std::string_view(text).substr(number.length));
  const auto* const unit = std::ranges::find(units, name, &LengthUnit::name);
  if (unit == units.end()) {
    throw InputError(fmt::format("--width: {} has {}: {}", in_quotes(text), name.empty() ? "no unit" : "an unknown unit", accepted),
                     "--width");
  }
  const double points = number.value * unit->points;
  if (!(points >= least && points <= most))
    throw InputError(fmt::format("--width: {} is out of range: {}", in_quotes(text), accepted), "--width");
  return points;
}

}  // namespace qbatt
