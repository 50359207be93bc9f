#include "io/plot_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>

#include "text/text.hpp"

namespace qbatt {
namespace {

// Fewer points than this are marked one by one.
constexpr std::size_t few_points = 60;

}  // namespace

std::string gnuplot_text(std::string_view text, std::size_t line_length) {
  std::string result = "\"";
  std::size_t length = 0;
  for (const std::string_view word : split(text, ' ')) {
    if (length > 0) {
      const bool fits = length + 1 + word.size() <= line_length;
      result += fits ? " " : "\\n";
      length = fits ? length + 1 : 0;
    }
    length += word.size();
    for (const char c : word) {
      if (c == '"' || c == '\\' || c == '`') result += '\\';
      result += static_cast<unsigned char>(c) < 0x20 ? '?' : c;
    }
  }
  return result + "\"";
}

std::string with_units(const PlotLabel& label) {
  return label.units == "1" ? label.text : fmt::format("{} ({})", label.text, label.units);
}

std::string plot_style(const std::vector<double>& x) {
  const bool one_curve = std::ranges::adjacent_find(x, std::greater_equal<>()) == x.end();
  if (!one_curve) return "points";
  return x.size() <= few_points ? "linespoints" : "lines";
}

std::string gnuplot_number(double value) {
  return std::isfinite(value) ? fmt::format("{} ", value) : "nan ";
}

}  // namespace qbatt
