#include "io/gnuplot_style.hpp"

#include <fmt/format.h>

#include <iterator>

namespace qbatt {

std::string gnuplot_terminal(std::string_view path, PictureSize size) {
  if (path.ends_with(".png")) {
    return fmt::format("set terminal pngcairo size {},{} font 'DejaVu Sans,14' fontscale 2 linewidth 2 pointscale 2 enhanced\n",
                       2 * size.width, 2 * size.height);
  }
  return fmt::format("set terminal svg size {},{} dynamic font 'DejaVu Sans,16' linewidth 1.5 background 'white' enhanced\n",
                     size.width, size.height);
}

std::string gnuplot_style() {
  std::string text = "set encoding utf8\n";
  for (std::size_t i = 0; i < okabe_ito.size(); ++i)
    fmt::format_to(std::back_inserter(text), "set linetype {} lc rgb '{}'\n", i + 1, okabe_ito[i]);
  // viridis grows evenly in lightness: readable in grey and for the colour-blind.
  return text +
         "set palette defined (0 '#440154', 0.13 '#482878', 0.25 '#3e4989', 0.38 '#31688e', 0.5 '#26828e', 0.63 '#1f9e89', "
         "0.75 '#35b779', 0.88 '#6ece58', 1 '#fde725')\n"
         "set tics nomirror out\nset border 3\nset grid lc rgb '#dddddd' lt 1\n";
}

}  // namespace qbatt
