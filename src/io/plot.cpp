#include "io/plot.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <iterator>

#include "io/csv_table.hpp"
#include "io/gnuplot.hpp"
#include "io/gnuplot_style.hpp"
#include "qbatt/columns.hpp"
#include "qbatt/errors.hpp"
#include "sweep/text.hpp"

namespace qbatt {
namespace {

// Fewer points than this are marked one by one.
constexpr std::size_t few_points = 60;

struct PlotSeries {
  PlotLabel label;
  std::vector<double> values;
  bool second_axis = false;
};

PlotLabel column_label(const std::string& name) {
  for (const Column& column : row_columns()) {
    if (column.name == name) return {std::string(column.long_name), std::string(column.units)};
  }
  for (const ObservableInfo& info : observable_info()) {
    if (info.name == name) return {std::string(info.long_name), std::string(info.units)};
  }
  if (name == "t") return {"time", "1/energy"};
  if (name.starts_with("p_")) return {"population of level " + name.substr(2), "1"};
  return {name, "1"};
}

// Broken into lines at spaces, in gnuplot's double quotes.
std::string gnuplot_text(std::string_view text, std::size_t line_length = 44) {
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

std::vector<double> evaluate(const PlotRequest& request, const PlotExpression& expression) {
  std::vector<std::string> names{expression.column};
  if (!expression.divisor.empty()) names.push_back(expression.divisor);
  std::vector<std::vector<double>> columns = read_csv_columns(request.file, names);
  if (columns.size() == 2) std::ranges::transform(columns[0], columns[1], columns[0].begin(), std::divides<>());
  if (std::ranges::none_of(columns[0], [](double v) { return std::isfinite(v); })) {
    throw InputError(fmt::format("{}: the column {} holds no finite number to draw", request.file, expression.column));
  }
  return std::move(columns[0]);
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
  for (const PlotSeries& s : series) {
    if (s.second_axis == second) mine.push_back(&s);
  }
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

// gnuplot leaves out what it finds as "nan".
std::string data_block(const std::vector<double>& x, const std::vector<PlotSeries>& series) {
  std::string text = "$data << END_OF_DATA\n";
  const auto put = [&](double value) { text += std::isfinite(value) ? fmt::format("{} ", value) : "nan "; };
  for (std::size_t i = 0; i < x.size(); ++i) {
    put(x[i]);
    for (const PlotSeries& s : series) put(s.values[i]);
    text += '\n';
  }
  return text + "END_OF_DATA\n";
}

std::string settings(const PlotRequest& request, const std::vector<PlotSeries>& series) {
  std::string text = gnuplot_terminal(request.output, {960, 600}) + "set termoption noenhanced\n" + gnuplot_style();
  const bool two_axes = !series_of_axis(series, true).empty();
  text += "set datafile missing 'nan'\nset autoscale xfix\n";
  text += two_axes ? "set border 11\n" : "set border 3\n";
  // Above the axes the legend covers no data.
  text += needs_legend(series) ? "set key outside top center vertical maxcols 1 Left reverse samplen 3\n" : "unset key\n";
  fmt::format_to(std::back_inserter(text), "set xlabel {}\n", gnuplot_text(with_units(plot_label(request.x))));
  text += axis_settings(series, false) + axis_settings(series, true);
  if (request.log_x) text += "set logscale x\nset format x '%g'\n";
  return text;
}

std::string legend_text(const PlotSeries& series, bool two_axes) {
  constexpr std::size_t one_line = 1000;
  const char* side = !two_axes ? "" : series.second_axis ? ", right" : ", left";
  return gnuplot_text(with_units(series.label) + side, one_line);
}

// Where x does not grow from row to row a line would be a scribble.
std::string plot_style(const std::vector<double>& x) {
  const bool one_curve = std::ranges::adjacent_find(x, std::greater_equal<>()) == x.end();
  if (!one_curve) return "points";
  return x.size() <= few_points ? "linespoints" : "lines";
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

void check_output_name(const std::string& path) {
  if (path.ends_with(".svg") || path.ends_with(".png")) return;
  throw InputError(fmt::format("-o: {} cannot be drawn: a picture must end in .svg or .png", in_quotes(path)));
}

}  // namespace

PlotExpression parse_plot_expression(std::string_view option, std::string_view text) {
  const std::vector<std::string_view> parts = split(text, '/');
  const bool empty = std::ranges::any_of(parts, [](std::string_view part) { return part.empty(); });
  if (empty || parts.size() > 2) {
    throw InputError(fmt::format("{}: {} must be a column or the ratio of two, such as entropy_opt/n_b", option, in_quotes(text)));
  }
  return {std::string(parts[0]), parts.size() == 2 ? std::string(parts[1]) : ""};
}

PlotLabel plot_label(const PlotExpression& expression) {
  PlotLabel label = column_label(expression.column);
  if (expression.divisor.empty()) return label;
  const PlotLabel under = column_label(expression.divisor);
  label.text += " / " + under.text;
  if (label.units == under.units) {
    label.units = "1";
  } else if (under.units != "1") {
    label.units += "/(" + under.units + ")";
  }
  return label;
}

void draw_plot(const PlotRequest& request) {
  check_output_name(request.output);
  const std::vector<double> x = evaluate(request, request.x);
  if (request.log_x && std::ranges::none_of(x, [](double v) { return v > 0; })) {
    throw InputError(fmt::format("--logx: the column {} of {} holds nothing greater than 0", request.x.column, request.file));
  }
  std::vector<PlotSeries> series;
  for (const PlotExpression& y : request.y) series.push_back({plot_label(y), evaluate(request, y)});
  choose_axes(series);
  draw_picture(request.output, settings(request, series) + data_block(x, series) + plot_command(x, series));
}

}  // namespace qbatt
