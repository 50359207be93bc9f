#include "io/plot_map.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <iterator>
#include <utility>

#include "io/plot_thin.hpp"
#include "qbatt/errors.hpp"
#include "text/text.hpp"

namespace qbatt {
namespace {

// An axis of a map: its distinct values, and groups of neighbors.
struct MapAxis {
  std::vector<double> values;
  std::vector<std::size_t> group;  // of each value
  std::vector<double> sides;       // of the groups, one more than there are
};

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

MapAxis axis_of(const std::vector<double>& values, bool logarithmic) {
  MapAxis axis{.values = distinct_values(values), .group = {}, .sides = {}};
  if (logarithmic) std::erase_if(axis.values, [](double v) { return v <= 0; });
  axis.group = groups_of_neighbors(axis.values.size());
  const std::vector<double> all = cell_sides(axis.values, logarithmic);
  for (std::size_t i = 0; i < axis.values.size(); ++i)
    if (i == 0 || axis.group[i] != axis.group[i - 1]) axis.sides.push_back(all[i]);
  axis.sides.push_back(all.back());
  return axis;
}

// A row of the file: the cell, before neighbors are put together, that its x and y name.
struct Placed {
  std::size_t column, line, row;
};

std::vector<Placed> placed_rows(const PlotData& data, const MapAxis& across, const MapAxis& up, bool log_x, bool log_y) {
  std::vector<Placed> placed;
  for (std::size_t row = 0; row < data.x.values.size(); ++row) {
    const double x = data.x.values[row], y = data.y[0].values[row];
    const bool shown =
        std::isfinite(on_scale(x, log_x)) && std::isfinite(on_scale(y, log_y)) && std::isfinite(data.by[0].values[row]);
    if (shown) placed.push_back({place_of(across.values, x), place_of(up.values, y), row});
  }
  std::ranges::stable_sort(placed, {}, [](const Placed& p) { return std::pair(p.column, p.line); });
  return placed;
}

bool is_same_cell(const Placed& a, const Placed& b) {
  return a.column == b.column && a.line == b.line;
}

// Columns of the systems in which rows of the same cell differ.
std::vector<const PlotColumn*> columns_that_vary(const PlotData& data, const std::vector<Placed>& placed) {
  std::vector<const PlotColumn*> varying;
  for (const PlotColumn& column : data.system) {
    const auto differ = [&](const Placed& a, const Placed& b) {
      return is_same_cell(a, b) && column.values[a.row] != column.values[b.row];
    };
    if (std::ranges::adjacent_find(placed, differ) != placed.end()) varying.push_back(&column);
  }
  return varying;
}

void check_one_row_a_cell(const PlotRequest& request, const PlotData& data, const std::vector<Placed>& placed) {
  const auto differ = [&](const Placed& a, const Placed& b) {
    return is_same_cell(a, b) && data.by[0].values[a.row] != data.by[0].values[b.row];
  };
  const auto pair = std::ranges::adjacent_find(placed, differ);
  if (pair == placed.end()) return;
  const std::string cell =
      fmt::format("{} = {}, {} = {}", data.x.name, data.x.values[pair->row], data.y[0].name, data.y[0].values[pair->row]);
  const std::vector<const PlotColumn*> varying = columns_that_vary(data, placed);
  if (varying.empty()) {
    throw InputError(
        fmt::format("--heatmap: {} has several rows for {}, which no column of the systems tells apart", request.file, cell),
        "--heatmap");
  }
  const std::string choices =
      listed(varying, [](const PlotColumn* column) { return fmt::format("{} ({})", column->name, column->some_values()); });
  throw InputError(fmt::format("--heatmap: {} has several rows for {}: choose some by --where {}=VALUE; what varies is {}",
                               request.file, cell, varying.front()->name, choices),
                   "--heatmap");
}

// On a grid every column and every line of cells has several, unless there is but one.
void check_grid(const PlotRequest& request, const MapAxis& across, const MapAxis& up, std::size_t cells) {
  const std::size_t longer = std::max(across.values.size(), up.values.size());
  if (std::min(across.values.size(), up.values.size()) == 1 || cells >= 2 * longer) return;
  throw InputError(
      fmt::format("--heatmap: the rows of {} lie scattered, not on a grid: they have {} of {} and {} of {}, but there are only {}; "
                  "without --heatmap points are drawn in colours",
                  request.file, counted(std::ssize(across.values), "value"), request.x.column,
                  counted(std::ssize(up.values), "value"), request.y[0].column, counted(std::int64_t(cells), "cell")),
      "--heatmap");
}

// Means over groups of neighbors; NaN where no row is.
std::vector<double> means(const PlotData& data, const std::vector<Placed>& placed, const MapAxis& across, const MapAxis& up) {
  const std::size_t lines = up.sides.size() - 1;
  std::vector<double> sums((across.sides.size() - 1) * lines), counts(sums.size());
  for (const Placed& p : placed) {
    const std::size_t cell = across.group[p.column] * lines + up.group[p.line];
    sums[cell] += data.by[0].values[p.row];
    ++counts[cell];
  }
  for (std::size_t cell = 0; cell < sums.size(); ++cell) sums[cell] /= counts[cell];
  return sums;
}

// Each cell as a box. A neighbor to the right or above is drawn later and covers what reaches into it: without that overlap
// viewers leave hairlines between boxes.
std::string boxes(const std::vector<double>& values, const MapAxis& across, const MapAxis& up) {
  const std::size_t columns = across.sides.size() - 1, lines = up.sides.size() - 1;
  const auto is_there = [&](std::size_t column, std::size_t line) {
    return column < columns && line < lines && std::isfinite(values[column * lines + line]);
  };
  std::string text;
  for (std::size_t column = 0; column < columns; ++column) {
    for (std::size_t line = 0; line < lines; ++line) {
      if (!is_there(column, line)) continue;
      const double left = across.sides[column], low = up.sides[line];
      const bool overlaps = is_there(column + 1, line) && is_there(column, line + 1) && is_there(column + 1, line + 1);
      const double right = overlaps ? (across.sides[column + 1] + across.sides[column + 2]) / 2 : across.sides[column + 1];
      const double high = overlaps ? (up.sides[line + 1] + up.sides[line + 2]) / 2 : up.sides[line + 1];
      for (const double number : {left, low, left, right, low, high, values[column * lines + line]}) text += gnuplot_number(number);
      text += '\n';
    }
  }
  return text;
}

}  // namespace

std::string map_script(const PlotRequest& request, const PlotData& data, std::size_t letters_along_y) {
  const MapAxis across = axis_of(data.x.values, request.log_x), up = axis_of(data.y[0].values, request.log_y);
  const std::vector<Placed> placed = placed_rows(data, across, up, request.log_x, request.log_y);
  check_one_row_a_cell(request, data, placed);
  std::size_t cells = 0;
  for (std::size_t i = 0; i < placed.size(); ++i) cells += i == 0 || !is_same_cell(placed[i - 1], placed[i]) ? 1 : 0;
  check_grid(request, across, up, cells);
  std::string text = fmt::format(
      "set ylabel {}\nset cblabel {}\nset cbtics out nomirror\nset cblabel offset 1\nset rmargin 12\nunset key\nset tics out "
      "nomirror\nset border 15 front\n",
      data.y[0].label().quoted(letters_along_y), data.by[0].label().quoted(letters_along_y));
  if (request.log_y) {
    fmt::format_to(std::back_inserter(text), "set logscale y\nset format y '{}'\n",
                   axis_format(true, up.values.front(), up.values.back()));
  }
  fmt::format_to(std::back_inserter(text), "set xrange [{}:{}]\nset yrange [{}:{}]\n$map << END_OF_DATA\n", across.sides.front(),
                 across.sides.back(), up.sides.front(), up.sides.back());
  text += boxes(means(data, placed, across, up), across, up);
  return text + "END_OF_DATA\nset style fill solid 1 noborder\nplot $map using 1:2:3:4:5:6:7 with boxxyerror lc palette\n";
}

}  // namespace qbatt
