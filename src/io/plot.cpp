#include "io/plot.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <iterator>

#include "io/gnuplot.hpp"
#include "io/gnuplot_style.hpp"
#include "io/plot_by.hpp"
#include "io/plot_text.hpp"
#include "qbatt/errors.hpp"
#include "text/text.hpp"

namespace qbatt {
namespace {

struct PlotSeries {
  PlotLabel label;
  std::vector<double> values;
  bool second_axis = false;
};

PlotLabel ratio(PlotLabel label, const PlotLabel& under) {
  label.text += " / " + under.text;
  if (label.units == under.units)
    label.units = "1";
  else if (under.units != "1")
    label.units += "/(" + under.units + ")";
  return label;
}

// All expressions, row by row of the file.
std::vector<ResultsColumn> evaluate(const std::string& file, const std::vector<PlotExpression>& expressions) {
  std::vector<std::string> names;
  for (const PlotExpression& expression : expressions) {
    names.push_back(expression.column);
    if (!expression.divisor.empty()) names.push_back(expression.divisor);
  }
  std::vector<ResultsColumn> read = read_results_columns(file, names);
  std::vector<ResultsColumn> results;
  std::size_t next = 0;
  for (const PlotExpression& expression : expressions) {
    ResultsColumn result = std::move(read[next++]);
    if (!expression.divisor.empty()) {
      const ResultsColumn& under = read[next++];
      result.label = ratio(result.label, under.label);
      std::ranges::transform(result.values, under.values, result.values.begin(), std::divides<>());
    }
    if (std::ranges::none_of(result.values, [](double v) { return std::isfinite(v); }))
      throw InputError(fmt::format("{}: the column {} holds no finite number to draw", file, expression.column));
    results.push_back(std::move(result));
  }
  return results;
}

// Two units, two axes; a third unit cannot have one of its own.
void choose_axes(std::vector<PlotSeries>& series) {
  const std::string& first = series[0].label.units;
  const auto other = std::ranges::find_if(series, [&](const PlotSeries& s) { return s.label.units != first; });
  if (other == series.end()) return;
  const std::string second = other->label.units;
  for (PlotSeries& s : series) s.second_axis = s.label.units == second;
}

std::vector<const PlotSeries*> series_of_axis(const std::vector<PlotSeries>& series, bool second) {
  std::vector<const PlotSeries*> mine;
  for (const PlotSeries& s : series)
    if (s.second_axis == second) mine.push_back(&s);
  return mine;
}

// Where no axis has several series, the axes name them, in their colours, and no legend is needed.
bool needs_legend(const std::vector<PlotSeries>& series) {
  return series_of_axis(series, false).size() > 1 || series_of_axis(series, true).size() > 1;
}

// Tics and label of an axis: its only series, or the unit that its series share.
std::string axis_settings(const std::vector<PlotSeries>& series, bool second) {
  const std::vector<const PlotSeries*> mine = series_of_axis(series, second);
  const std::string_view name = second ? "y2" : "y";
  if (mine.empty()) return "";
  std::string text = fmt::format("set {}tics nomirror out\n", name);
  const bool one_unit = std::ranges::all_of(mine, [&](const PlotSeries* s) { return s->label.units == mine[0]->label.units; });
  std::string label = mine.size() == 1 ? with_units(mine[0]->label) : "";
  if (mine.size() > 1 && one_unit && mine[0]->label.units != "1") label = mine[0]->label.units;
  std::string colour;
  if (series.size() > 1 && !needs_legend(series)) {
    colour = fmt::format(" textcolor rgb '{}'", okabe_ito[static_cast<std::size_t>(mine[0] - series.data()) % okabe_ito.size()]);
    fmt::format_to(std::back_inserter(text), "set {}tics{}\n", name, colour);
  }
  return text + fmt::format("set {}label {}{}\n", name, gnuplot_text(label), colour);
}

std::string data_block(const std::vector<double>& x, const std::vector<PlotSeries>& series) {
  std::string text = "$data << END_OF_DATA\n";
  for (std::size_t i = 0; i < x.size(); ++i) {
    text += gnuplot_number(x[i]);
    for (const PlotSeries& s : series) text += gnuplot_number(s.values[i]);
    text += '\n';
  }
  return text + "END_OF_DATA\n";
}

std::string frame(const PlotRequest& request, const PlotLabel& x) {
  std::string text = gnuplot_terminal(request.output, {960, 600}) + "set termoption noenhanced\n" + gnuplot_style();
  text += "set datafile missing 'nan'\nset autoscale xfix\n";
  fmt::format_to(std::back_inserter(text), "set xlabel {}\n", gnuplot_text(with_units(x)));
  if (request.log_x) text += "set logscale x\nset format x '%g'\n";
  return text;
}

// Above the axes the legend covers no data.
constexpr const char* legend_above = "set key outside top center vertical maxcols 1 Left reverse samplen 3\n";

std::string settings(const std::vector<PlotSeries>& series) {
  const bool two_axes = !series_of_axis(series, true).empty();
  std::string text = two_axes ? "set border 11\n" : "set border 3\n";
  text += needs_legend(series) ? legend_above : "unset key\n";
  return text + axis_settings(series, false) + axis_settings(series, true);
}

std::string legend_text(const PlotSeries& series, bool two_axes) {
  constexpr std::size_t one_line = 1000;
  const char* side = !two_axes ? "" : series.second_axis ? ", right" : ", left";
  return gnuplot_text(with_units(series.label) + side, one_line);
}

std::string plot_command(const std::vector<double>& x, const std::vector<PlotSeries>& series) {
  const std::string style = plot_style(x);
  const bool two_axes = !series_of_axis(series, true).empty();
  std::string text = "plot ";
  for (std::size_t i = 0; i < series.size(); ++i) {
    const std::string marks = style == "lines" ? "" : fmt::format(" pt {} ps 0.7", i % 7 + 5);
    fmt::format_to(std::back_inserter(text), "{}$data using 1:{} axes x1y{} with {} lw 2 lc rgb '{}' dt {}{} title {}",
                   i == 0 ? "" : ", ", i + 2, series[i].second_axis ? 2 : 1, style, okabe_ito[i % okabe_ito.size()],
                   i / okabe_ito.size() + 1, marks, legend_text(series[i], two_axes));
  }
  return text + "\n";
}

void check_request(const PlotRequest& request) {
  const std::string& path = request.output;
  if (!path.ends_with(".svg") && !path.ends_with(".png"))
    throw InputError(fmt::format("-o: {} cannot be drawn: a picture must end in .svg or .png", in_quotes(path)), "-o");
  if (request.heatmap && !request.by) throw InputError("--heatmap needs --by, the column that the colours show", "--heatmap");
  if (request.by && request.y.size() != 1)
    throw InputError("--by: --y must be one column, as the colours tell the values of --by", "--by");
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

PlotLabel plot_label(const PlotExpression& expression) {
  const PlotLabel label = known_label(expression.column);
  return expression.divisor.empty() ? label : ratio(label, known_label(expression.divisor));
}

void draw_plot(const PlotRequest& request) {
  check_request(request);
  std::vector<PlotExpression> expressions{request.x};
  expressions.insert(expressions.end(), request.y.begin(), request.y.end());
  if (request.by) expressions.push_back(*request.by);
  const std::vector<ResultsColumn> columns = evaluate(request.file, expressions);
  const std::vector<double>& x = columns[0].values;
  if (request.log_x && std::ranges::none_of(x, [](double v) { return v > 0; })) {
    throw InputError(fmt::format("--logx: the column {} of {} holds nothing greater than 0", request.x.column, request.file),
                     "--logx");
  }
  const std::string first = frame(request, columns[0].label);
  if (request.heatmap)
    return draw_picture(request.output, first + heatmap_script(columns[0], columns[1], columns[2], request.log_x));
  if (request.by) return draw_picture(request.output, first + family_script(columns[0], columns[1], columns[2]));
  std::vector<PlotSeries> series;
  for (std::size_t i = 1; i < columns.size(); ++i) series.push_back({columns[i].label, columns[i].values});
  choose_axes(series);
  draw_picture(request.output, first + settings(series) + data_block(x, series) + plot_command(x, series));
}

}  // namespace qbatt
