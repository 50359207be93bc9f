#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace qbatt {

/// A column of a results file, or the ratio of two.
struct PlotExpression {
  std::string column;
  std::string divisor;  ///< empty: the column alone
};

/// "COL" or "COL/COL". Throws InputError naming `option` for anything else.
PlotExpression parse_plot_expression(std::string_view option, std::string_view text);

/// Rows whose `expression` is `value`: a word of a column of words, or a number, within 1e-9 of it, as numbers in files and in
/// commands are often cut, or within 1e-14 of the largest where it is 0.
struct PlotCondition {
  PlotExpression expression;
  std::variant<double, std::string> value;
};

/// "n_c=10", "charger_state=thermal" or "n_c=10,ising=0". Throws InputError naming --where for anything else.
std::vector<PlotCondition> parse_plot_conditions(const std::string& text);

struct PlotRequest {
  std::string file;  ///< a CSV file with a header, or netCDF where it ends in .nc
  PlotExpression x;
  std::vector<PlotExpression> y;     ///< at least one; exactly one with `heatmap`
  std::optional<PlotExpression> by;  ///< a curve for each of its values, in colours; with `heatmap`, what the colours show
  std::vector<PlotCondition> where;  ///< only rows for which all of them hold
  bool heatmap = false;              ///< x and y are the axes of a map; needs `by`
  bool log_x = false;
  bool log_y = false;
  std::optional<double> width;  ///< at print size, in points; see picture_size()
  std::string output;           ///< ends in .svg, .pdf or .png
};

/// The commands for gnuplot, data included. Labels are symbols and descriptions of the columns with their units, those of the file
/// where it is netCDF; series of two different units get an axis each. Of more points than a picture can show those are left out
/// that would not be seen, and a map of more cells shows means of neighbors (plot_thin.hpp).
/// Throws InputError for a column that the file lacks or that holds words, but for `by` and `where`, where no row is left, and for
/// a map of rows that make none: several in one cell, naming the columns in which they differ, or scattered points. Throws
/// FileError for files.
std::string plot_script(const PlotRequest& request);

/// Draws the picture with gnuplot; it appears under its name only when complete. Throws as plot_script(), FileError where the
/// picture cannot be written, and BackendError where gnuplot is not installed.
void draw_plot(const PlotRequest& request);

}  // namespace qbatt
