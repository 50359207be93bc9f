#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

namespace qbatt {

/// The kinds of pictures, by the ends of their names without the dot.
inline constexpr std::array<std::string_view, 3> picture_formats{"svg", "pdf", "png"};

/// Whether the name of a file ends in one of them.
bool is_picture_name(std::string_view path);

/// At print size: text is of the same size in every picture.
struct PictureSize {
  double width;        ///< in points, 1/72 inch
  double height;       ///< in points
  bool fixed = false;  ///< an SVG opens at this size; otherwise it fills the window that shows it
  bool operator==(const PictureSize&) const = default;
};

/// The widths of one and of two columns of a journal, 8.6 and 17.8 cm, in points.
inline constexpr double points_per_cm = 72 / 2.54;
inline constexpr double one_column = 8.6 * points_per_cm;
inline constexpr double two_columns = 17.8 * points_per_cm;

/// A picture of this shape: as wide as was asked for, or `otherwise`.
PictureSize picture_size(std::optional<double> width, double otherwise, double height_to_width);

/// What is said of --width.
inline constexpr std::string_view width_help =
    "width at print size, with a unit: cm, mm, in or pt; the height goes with it, and text stays as large as it is";

/// "8.6cm" in points. Throws InputError naming --width unless it is a length with a unit from 3 cm to 50 cm.
double parse_picture_width(const std::string& text);

}  // namespace qbatt
