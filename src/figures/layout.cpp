#include "figures/layout.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <span>
#include <vector>

#include "io/gnuplot_style.hpp"
#include "io/plot_symbols.hpp"
#include "io/plot_text.hpp"

namespace qbatt::figures {
namespace {

constexpr double wide = 12 * points_per_cm;

// Around the inside of a panel, in points: labels of the axes and their numbers.
constexpr double left = 42, bottom = 32, top = 13, key_line = 11.5;
constexpr double sample = 13, gap = 3, between = 5;  // of a key: a line, and the blanks behind it and behind a title
constexpr double letter = 0.57 * font_size;

std::size_t columns_of(const Figure& figure, double width) {
  return width > wide ? std::min<std::size_t>(2, figure.panels.size()) : 1;
}

std::size_t stacked(const Figure& figure, std::size_t columns) {
  return (figure.panels.size() + columns - 1) / columns;
}

std::string symbols() {
  std::string text;
  const auto define = [&](std::string_view name, const std::string& markup) {
    fmt::format_to(std::back_inserter(text), "{} = \"{}\"\n", name, markup);
  };
  define("N_b", symbol_of("n_b"));
  define("N_c", symbol_of("n_c"));
  define("omega_b", symbol_of("omega_b"));
  define("E_cell", symbol_of("energy_per_cell"));
  define("S_", symbol_of("entropy"));
  define("P_", symbol_of("power"));
  define("W_", symbol_of("ergotropy"));
  define("W_inc", symbol_of("ergotropy_incoherent"));
  define("m_", symbol_of("m"));
  define("t_", symbol_of("t"));
  define("t_1", "{/:Italic t}_1");
  define("A_", symbol_of("coupling"));
  define("N_", "{/:Italic N}");
  return text;
}

constexpr std::string_view helpers = R"plot(
set linetype 8 lc rgb '#882255' lw 1.5 dt (18,4,4,4) pt 12 ps 0.8*mark
set linetype 9 lc rgb '#777777' lw 1.5 dt (6,4) pt 8 ps 0.8*mark
L(n) = n == 1 ? 7 : n == 2 ? 1 : n == 5 ? 2 : n == 10 ? 3 : n == 20 ? 4 : n == 50 ? 5 : n == 100 ? 6 : n == 1000 ? 8 : 9
pick(n) = n <= 10 || int(10 * log10(n)) != int(10 * log10(n - 1)) ? n : NaN
)plot";

double width_of(const KeyEntry& entry) {
  const bool has_sample = !entry.line.empty() || !entry.mark.empty();
  return (has_sample ? sample + gap : 0) + letter * static_cast<double>(PlotText().add_markup(entry.title).letters()) + between;
}

// The entries of each line of the key, as many as fit.
std::vector<std::span<const KeyEntry>> lines_of_key(const Figure& figure, double width) {
  const std::span<const KeyEntry> all(figure.key);
  std::vector<std::span<const KeyEntry>> lines;
  for (std::size_t begin = 0; begin < all.size();) {
    std::size_t end = begin;
    for (double taken = 0; end < all.size() && (end == begin || taken + width_of(all[end]) <= width); ++end)
      taken += width_of(all[end]);
    lines.push_back(all.subspan(begin, end - begin));
    begin = end;
  }
  return lines;
}

double key_height(const Figure& figure, double width) {
  return key_line * static_cast<double>(lines_of_key(figure, width).size());
}

// gnuplot's own key guesses the widths of titles, and covers one by the next.
std::string key_of(const Figure& figure, const PictureSize& size) {
  std::string text;
  int number = 200;
  double y = size.height - 0.7 * key_line;
  for (const std::span<const KeyEntry> line : lines_of_key(figure, size.width)) {
    double taken = -between;
    for (const KeyEntry& entry : line) taken += width_of(entry);
    double x = (size.width - taken) / 2;
    for (const KeyEntry& entry : line) {
      const double end = x + width_of(entry);
      const auto at = [&](double where) { return fmt::format("screen {:.4f},screen {:.4f}", where / size.width, y / size.height); };
      ++number;
      if (!entry.line.empty())
        fmt::format_to(std::back_inserter(text), "set arrow {} from {} to {} nohead {}\n", number, at(x), at(x + sample),
                       entry.line);
      if (!entry.mark.empty())
        fmt::format_to(std::back_inserter(text), "set label {} \"\" at {} point {}\n", number + 100, at(x + sample / 2),
                       entry.mark);
      if (!entry.line.empty() || !entry.mark.empty()) x += sample + gap;
      fmt::format_to(std::back_inserter(text), "set label {} \"{}\" at {} left\n", number, entry.title, at(x));
      x = end;
    }
    y -= key_line;
  }
  return text;
}

std::string without_key(const Figure& figure) {
  std::string text;
  for (std::size_t i = 1; i <= figure.key.size(); ++i)
    fmt::format_to(std::back_inserter(text), "unset arrow {0}\nunset label {0}\nunset label {1}\n", 200 + i, 300 + i);
  return text;
}

// Where the panels lie, in shares of the picture.
std::string multiplot(const Figure& figure, const PictureSize& size) {
  const std::size_t columns = columns_of(figure, size.width);
  return fmt::format("set multiplot layout {},{} margins {:.4f},{:.4f},{:.4f},{:.4f} spacing {:.4f},{:.4f}\n",
                     stacked(figure, columns), columns, left / size.width, 1 - figure.right_margin / size.width,
                     bottom / size.height, 1 - (top + key_height(figure, size.width)) / size.height,
                     (left + figure.right_margin) / size.width, (bottom + top) / size.height);
}

std::string panel(const Figure& figure, std::size_t which, const PictureSize& size) {
  std::string text = which == 0 ? key_of(figure, size) : which == 1 ? without_key(figure) : "";
  if (figure.panels.size() > 1) {
    fmt::format_to(std::back_inserter(text), "set label 100 \"({})\" at graph 0,1 offset character -6.5,0.7\n",
                   static_cast<char>('a' + which));
  }
  return text + "unset key\n" + figure.panels[which];
}

}  // namespace

PictureSize size_of(const Figure& figure, std::optional<double> width) {
  PictureSize size = picture_size(width, one_column, 1);
  const std::size_t columns = columns_of(figure, size.width), lines = stacked(figure, columns);
  const double inside = size.width / static_cast<double>(columns) - left - figure.right_margin;
  size.height = static_cast<double>(lines) * (inside * figure.panel_shape + bottom + top) + key_height(figure, size.width);
  return size;
}

std::string script_of(const Figure& figure, std::string_view path, const PictureSize& size) {
  std::string text = gnuplot_terminal(path, size) + gnuplot_style() + symbols() + std::string(helpers);
  for (const FigureTable& table : figure.tables)
    fmt::format_to(std::back_inserter(text), "${} << END_OF_DATA\n{}END_OF_DATA\n", table.name, lines_of(table, ' '));
  text += multiplot(figure, size);
  for (std::size_t i = 0; i < figure.panels.size(); ++i) text += panel(figure, i, size);
  return text + "unset multiplot\n";
}

}  // namespace qbatt::figures
