#include "io/plot_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "text/text.hpp"

namespace qbatt {
namespace {

// What enhanced text and double quotes take for something else stands behind as many backslashes as both need.
std::string escaped(std::string_view word) {
  constexpr std::string_view enhanced = R"(^_{}@&~\)";
  std::string result;
  for (const char c : word) {
    if (enhanced.find(c) != std::string_view::npos) result += c == '\\' ? R"(\\\)" : R"(\\)";
    if (c == '"' || c == '`') result += '\\';
    result += static_cast<unsigned char>(c) < 0x20 ? '?' : c;
  }
  return result;
}

// Characters of UTF-8 that are seen: not the markup.
std::size_t visible_length(std::string_view markup) {
  constexpr std::string_view italic = "/:Italic ";
  std::size_t length = 0;
  for (std::size_t i = 0; i < markup.size(); ++i)
    if (markup.substr(i).starts_with(italic))
      i += italic.size() - 1;
    else if (std::string_view("{}_^\\").find(markup[i]) == std::string_view::npos && (markup[i] & 0xC0) != 0x80)
      ++length;
  return length;
}

}  // namespace

PlotText& PlotText::add_plain(std::string_view text) {
  for (const std::string_view word : split(text, ' '))
    if (!word.empty()) words_.push_back({escaped(word), visible_length(word)});
  return *this;
}

PlotText& PlotText::add_markup(std::string_view markup) {
  words_.push_back({std::string(markup), visible_length(markup)});
  return *this;
}

std::size_t PlotText::letters() const {
  std::size_t count = words_.empty() ? 0 : words_.size() - 1;
  for (const Word& word : words_) count += word.length;
  return count;
}

std::string PlotText::quoted(std::size_t line_length) const {
  std::string result = "\"";
  std::size_t length = 0;
  for (const Word& word : words_) {
    if (length > 0) {
      const bool fits = length + 1 + word.length <= line_length;
      result += fits ? " " : "\\n";
      length = fits ? length + 1 : 0;
    }
    length += word.length;
    result += word.markup;
  }
  return result + "\"";
}

std::size_t PlotText::lines(std::size_t line_length) const {
  const std::string text = quoted(line_length);
  std::size_t count = 1;
  for (std::size_t at = text.find("\\n"); at != std::string::npos; at = text.find("\\n", at + 2)) ++count;
  return count;
}

std::string PlotText::quoted() const {
  return quoted(std::numeric_limits<std::size_t>::max());
}

std::string gnuplot_number(double value) {
  return std::isfinite(value) ? fmt::format("{} ", value) : "nan ";
}

double step_of_tics(double range, std::size_t most) {
  const double least = range / static_cast<double>(std::max<std::size_t>(most, 1));
  const double decade = std::pow(10, std::floor(std::log10(least)));
  constexpr double rounding = 1e-9;
  for (const double step : {1., 2., 5.})
    if (step * decade >= least * (1 - rounding)) return step * decade;
  return 10 * decade;
}

std::string_view axis_format(bool logarithmic, double low, double high) {
  constexpr double many = 1e4, large = 1e5, small = 1e-3;
  const bool powers = logarithmic && low > 0 && (high / low > many || high > large || low < small);
  return powers ? "10^{%T}" : "%g";
}

}  // namespace qbatt
