#pragma once

#include <array>
#include <string>
#include <string_view>

namespace qbatt {

/// Okabe and Ito's colours, told apart with any kind of colour vision and in grey.
inline constexpr std::array okabe_ito{"#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000"};

struct PictureSize {
  int width;  ///< in points; a PNG has twice as many pixels
  int height;
};

/// The terminal for a picture called `path`, .svg or .png, on the standard output.
std::string gnuplot_terminal(std::string_view path, PictureSize size);

/// What all pictures share: line types 1 to 7 in okabe_ito, the palette viridis, tics, grid and border.
std::string gnuplot_style();

}  // namespace qbatt
