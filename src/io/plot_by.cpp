#include "io/plot_by.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <utility>
#include <vector>

#include "io/gnuplot_style.hpp"
#include "io/plot_text.hpp"

namespace qbatt {
namespace {

// Ascending, each once.
std::vector<double> distinct_values(const std::vector<double>& values) {
  std::vector<double> distinct;
  std::ranges::copy_if(values, std::back_inserter(distinct), [](double v) { return std::isfinite(v); });
  std::ranges::sort(distinct);
  distinct.erase(std::unique(distinct.begin(), distinct.end()), distinct.end());
  return distinct;
}

std::size_t place_of(const std::vector<double>& sorted, double value) {
  return static_cast<std::size_t>(std::ranges::lower_bound(sorted, value) - sorted.begin());
}

// The sides of the cells around the values: one more than there are values.
std::vector<double> cell_sides(std::vector<double> values, bool logarithmic) {
  if (logarithmic) std::ranges::transform(values, values.begin(), [](double v) { return std::log(v); });
  const std::size_t count = values.size();
  std::vector<double> sides;
  sides.reserve(count + 1);
  const double first = count > 1 ? values[1] - values[0] : 1;
  const double last = count > 1 ? values[count - 1] - values[count - 2] : 1;
  sides.push_back(values[0] - first / 2);
  for (std::size_t i = 1; i < count; ++i) sides.push_back((values[i - 1] + values[i]) / 2);
  sides.push_back(values[count - 1] + last / 2);
  if (logarithmic) std::ranges::transform(sides, sides.begin(), [](double v) { return std::exp(v); });
  return sides;
}

}  // namespace

std::string family_script(const ResultsColumn& x, const ResultsColumn& y, const ResultsColumn& by) {
  const std::vector<double> members = distinct_values(by.values);
  std::vector<std::vector<double>> member_x(members.size());
  std::vector<std::string> member_data(members.size());
  for (std::size_t i = 0; i < x.values.size(); ++i) {
    if (!std::isfinite(by.values[i])) continue;
    const std::size_t member = place_of(members, by.values[i]);
    member_x[member].push_back(x.values[i]);
    member_data[member] += gnuplot_number(x.values[i]) + gnuplot_number(y.values[i]) + gnuplot_number(by.values[i]) + '\n';
  }
  const bool scribbles = std::ranges::any_of(member_x, [](const auto& own) { return plot_style(own) == "points"; });
  const std::string style = scribbles ? "points" : plot_style(member_x[0]);
  std::string text = fmt::format("set ylabel {}\n$data << END_OF_DATA\n{}\nEND_OF_DATA\n", gnuplot_text(with_units(y.label)),
                                 fmt::join(member_data, "\n\n"));
  const std::string marks = style == "lines" ? "" : " pt 7 ps 0.7";
  if (members.size() > okabe_ito.size()) {
    return text + fmt::format("unset key\nset cblabel {}\nplot $data using 1:2:3 with {} lw 2{} lc palette\n",
                              gnuplot_text(with_units(by.label)), style, marks);
  }
  text += fmt::format("set key outside right center vertical samplen 2 title {}\nplot ", gnuplot_text(with_units(by.label), 16));
  for (std::size_t i = 0; i < members.size(); ++i) {
    fmt::format_to(std::back_inserter(text), "{}$data index {} using 1:2 with {} lw 2 lt {}{} title \"{}\"", i == 0 ? "" : ", ", i,
                   style, i + 1, marks, members[i]);
  }
  return text + "\n";
}

std::string heatmap_script(const ResultsColumn& x, const ResultsColumn& y, const ResultsColumn& value, bool log_x) {
  std::vector<double> columns = distinct_values(x.values);
  if (log_x) std::erase_if(columns, [](double v) { return v <= 0; });
  const std::vector<double> rows = distinct_values(y.values);
  const std::vector<double> left = cell_sides(columns, log_x), low = cell_sides(rows, false);
  std::string text = fmt::format("set ylabel {}\nset cblabel {}\nunset key\nunset grid\nset border 15 front\n",
                                 gnuplot_text(with_units(y.label)), gnuplot_text(with_units(value.label)));
  fmt::format_to(std::back_inserter(text), "set xrange [{}:{}]\nset yrange [{}:{}]\n$data << END_OF_DATA\n", left.front(),
                 left.back(), low.front(), low.back());
  for (std::size_t i = 0; i < value.values.size(); ++i) {
    const double at_x = x.values[i], at_y = y.values[i];
    if (!std::isfinite(at_x) || !std::isfinite(at_y) || !std::isfinite(value.values[i]) || (log_x && at_x <= 0)) continue;
    const std::size_t column = place_of(columns, at_x), row = place_of(rows, at_y);
    for (const double number : {at_x, at_y, left[column], left[column + 1], low[row], low[row + 1], value.values[i]})
      text += gnuplot_number(number);
    text += '\n';
  }
  return text + "END_OF_DATA\nset style fill solid 1 noborder\nplot $data using 1:2:3:4:5:6:7 with boxxyerror lc palette\n";
}

}  // namespace qbatt
