#include "io/plot.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <iterator>
#include <utility>
#include <vector>

#include "io/gnuplot.hpp"
#include "io/gnuplot_style.hpp"
#include "io/plot_curves.hpp"
#include "io/plot_data.hpp"
#include "io/plot_map.hpp"
#include "qbatt/errors.hpp"
#include "text/numbers.hpp"
#include "text/text.hpp"

namespace qbatt {
namespace {

constexpr double height_to_width = 0.64;
// Of the height of a picture, what its y axis takes.
constexpr double axis_to_height = 0.8;

bool is_positive(double v) {
  return v > 0;
}

// A logarithmic axis needs something to show. `option` asks for one along `columns`.
void check_logarithmic(const PlotRequest& request, std::string_view option, const PlotColumn& column) {
  if (std::ranges::any_of(column.values, is_positive)) return;
  throw InputError(fmt::format("{}: the column {} of {} holds nothing greater than 0", option, column.name, request.file), option);
}

// gnuplot does not look whether numbers along x cover each other.
std::string tics_along_x(const PictureSize& size, const std::vector<double>& x) {
  constexpr double inside = 0.65;
  constexpr std::size_t letters = 6;  // of a number and the blanks beside it
  std::vector<double> shown;
  std::ranges::copy_if(x, std::back_inserter(shown), [](double v) { return std::isfinite(v); });
  const auto [low, high] = std::ranges::minmax(shown);
  if (!(high > low)) return "";
  return fmt::format("set xtics {}\n", step_of_tics(high - low, letters_in(inside * size.width) / letters));
}

std::string frame(const PlotRequest& request, const PictureSize& size, const PlotColumn& x) {
  std::string text = gnuplot_terminal(request.output, size) + gnuplot_style();
  text += "set datafile missing 'nan'\nset autoscale xfix\n";
  fmt::format_to(std::back_inserter(text), "set xlabel {}\n", x.label().quoted(letters_in(axis_to_height * size.width)));
  if (request.log_x) {
    std::vector<double> shown;
    std::ranges::copy_if(x.values, std::back_inserter(shown), is_positive);
    const auto [low, high] = std::ranges::minmax(shown);
    fmt::format_to(std::back_inserter(text), "set logscale x\nset format x '{}'\n", axis_format(true, low, high));
  } else {
    text += tics_along_x(size, x.values);
  }
  return text;
}

void check_request(const PlotRequest& request) {
  const std::string& path = request.output;
  if (!is_picture_name(path))
    throw InputError(fmt::format("-o: {} cannot be drawn: a picture must end in .svg, .pdf or .png", in_quotes(path)), "-o");
  if (request.heatmap && !request.by) throw InputError("--heatmap needs --by, the column that the colours show", "--heatmap");
  if (request.heatmap && request.y.size() != 1)
    throw InputError("--heatmap: --y must be one column, the axis along the height of the map", "--heatmap");
}

PlotCondition parse_condition(std::string_view text) {
  const std::size_t at = text.find('=');
  if (at == std::string_view::npos) {
    throw InputError(fmt::format("--where: {} must be a column and a value, such as n_c=10, n_c/n_b=1.5 or charger_state=thermal",
                                 in_quotes(text)),
                     "--where");
  }
  PlotExpression expression = parse_plot_expression("--where", trimmed(text.substr(0, at)));
  const std::string_view value = trimmed(text.substr(at + 1));
  if (!value.empty() && std::isalpha(static_cast<unsigned char>(value.front())) != 0)
    return {std::move(expression), std::string(value)};
  return {std::move(expression), parse_real(value, "--where")};
}

}  // namespace

PlotExpression parse_plot_expression(std::string_view option, std::string_view text) {
  const std::vector<std::string_view> parts = split(text, '/');
  const bool empty = std::ranges::any_of(parts, [](std::string_view part) { return part.empty(); });
  if (empty || parts.size() > 2) {
    throw InputError(fmt::format("{}: {} must be a column or the ratio of two, such as entropy_opt/n_b", option, in_quotes(text)),
                     option);
  }
  return {std::string(parts[0]), parts.size() == 2 ? std::string(parts[1]) : ""};
}

std::vector<PlotCondition> parse_plot_conditions(const std::string& text) {
  std::vector<PlotCondition> conditions;
  for (const std::string_view part : split(text, ',')) conditions.push_back(parse_condition(part));
  return conditions;
}

std::string plot_script(const PlotRequest& request) {
  check_request(request);
  PlotData data = read_plot_data(request);
  if (request.log_x) check_logarithmic(request, "--logx", data.x);
  if (request.log_y)
    for (const PlotColumn& y : data.y) check_logarithmic(request, "--logy", y);
  const PictureSize size = picture_size(request.width, two_columns, height_to_width);
  const std::string first = frame(request, size, data.x);
  const std::size_t letters = letters_in(axis_to_height * size.height);
  return first + (request.heatmap ? map_script(request, data, letters) : curves_script(request, std::move(data), letters));
}

void draw_plot(const PlotRequest& request) {
  draw_picture(request.output, plot_script(request));
}

}  // namespace qbatt
