#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

#include "io/picture_size.hpp"

namespace qbatt {

/// Okabe and Ito's colours, told apart with any kind of colour vision and in grey.
inline constexpr std::array okabe_ito{"#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000"};

/// Of text in pictures, in points: what journals ask for at print size.
inline constexpr double font_size = 8.5;

/// About how many letters of that size stand in a length, in points.
std::size_t letters_in(double length);

/// The terminal for a picture called `path`, .svg, .pdf or .png (600 dots an inch), on the standard output, and what differs among
/// terminals: labels stand at the same places, and marks `ps 0.8*mark` are of the same size.
std::string gnuplot_terminal(std::string_view path, PictureSize size);

/// What all pictures share: line types 1 to 7 in okabe_ito, each with its own dashes and mark, the palette viridis, tics and
/// border.
std::string gnuplot_style();

/// Dashes and mark of line type `number`, from 1, as gnuplot writes them behind dt and pt; 8 is as 1.
std::string_view dashes(std::size_t number);
int mark(std::size_t number);

}  // namespace qbatt
