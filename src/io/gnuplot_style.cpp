#include "io/gnuplot_style.hpp"

#include <fmt/format.h>

#include <cmath>
#include <iterator>

namespace qbatt {
namespace {

// 96 to the inch in SVG; Pango takes as many for a font, whose size is in points.
constexpr double svg_pixels_per_point = 96. / 72;
constexpr double font_scale = 72. / 96;
constexpr double png_pixels_per_point = 600. / 72;

// Widths of lines and marks on paper, against those that a terminal draws by itself.
constexpr double line_width = 1;
constexpr double mark_size = 0.5;

constexpr std::array<std::string_view, 7> dash_patterns{"solid",  "(14,5)",         "(4,4)", "(14,4,4,4)",
                                                        "(24,5)", "(14,4,4,4,4,4)", "(8,6)"};
// Circle, square, triangle, diamond, downward triangle filled, and two open ones.
constexpr std::array<int, 7> marks{7, 5, 9, 13, 11, 6, 4};

}  // namespace

std::size_t letters_in(double length) {
  return static_cast<std::size_t>(length / (0.6 * font_size));
}

std::string_view dashes(std::size_t number) {
  return dash_patterns[(number - 1) % dash_patterns.size()];
}

int mark(std::size_t number) {
  return marks[(number - 1) % marks.size()];
}

std::string gnuplot_terminal(std::string_view path, PictureSize size) {
  if (path.ends_with(".pdf")) {
    return fmt::format(
        "set terminal pdfcairo size {:.4f}in,{:.4f}in font 'DejaVu Sans,{}' fontscale {} linewidth {} pointscale {} dashlength 1.3 "
        "rounded "
        "enhanced\nmark = 1\n",
        size.width / 72, size.height / 72, font_size, font_scale, line_width, mark_size);
  }
  if (path.ends_with(".png")) {
    const double scale = png_pixels_per_point;
    return fmt::format(
        "set terminal pngcairo size {},{} font 'DejaVu Sans,{}' fontscale {} linewidth {} pointscale {} dashlength {} rounded "
        "enhanced\nmark = 1\n",
        std::lround(scale * size.width), std::lround(scale * size.height), font_size, scale * font_scale, scale * line_width / 2,
        1.5 * scale * mark_size / 2, scale / 3);
  }
  const double scale = svg_pixels_per_point;
  return fmt::format(
      "set terminal svg size {},{} {} font 'DejaVu Sans,{}' linewidth {} background 'white' rounded enhanced\n"
      "mark = 0.55\nset xlabel offset 0,0.5\nset ylabel offset 1\n",
      std::lround(scale * size.width), std::lround(scale * size.height), size.fixed ? "fixed" : "dynamic", scale * font_size,
      0.75 * line_width);
}

std::string gnuplot_style() {
  std::string text = "set encoding utf8\n";
  for (std::size_t i = 0; i < okabe_ito.size(); ++i) {
    fmt::format_to(std::back_inserter(text), "set linetype {} lc rgb '{}' lw 1.5 dt {} pt {} ps 0.8*mark\n", i + 1, okabe_ito[i],
                   dashes(i + 1), mark(i + 1));
  }
  // viridis grows evenly in lightness: readable in grey and for the colour-blind.
  return text +
         "set palette defined (0 '#440154', 0.13 '#482878', 0.25 '#3e4989', 0.38 '#31688e', 0.5 '#26828e', 0.63 '#1f9e89', "
         "0.75 '#35b779', 0.88 '#6ece58', 1 '#fde725')\n"
         "set border 15 lw 0.7\nset tics front in scale 0.7,0.4\nset xtics mirror\nset ytics mirror\nset format '%g'\nset key "
         "samplen 2.5 spacing 1.1 noopaque\n";
}

}  // namespace qbatt
