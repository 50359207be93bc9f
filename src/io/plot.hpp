#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "io/results_columns.hpp"

namespace qbatt {

/// A column of a results file, or the ratio of two.
struct PlotExpression {
  std::string column;
  std::string divisor;  ///< empty: the column alone
};

/// "COL" or "COL/COL". Throws InputError naming `option` for anything else.
PlotExpression parse_plot_expression(std::string_view option, std::string_view text);

struct PlotRequest {
  std::string file;  ///< a CSV file with a header, or netCDF where it ends in .nc
  PlotExpression x;
  std::vector<PlotExpression> y;     ///< at least one; exactly one where there is `by`
  std::optional<PlotExpression> by;  ///< a curve for each of its values, in colours; with `heatmap`, what the colours show
  bool heatmap = false;              ///< x and y are the axes of a map; needs `by`
  bool log_x = false;
  std::string output;  ///< ends in .svg or .png
};

/// Draws the picture with gnuplot; it appears under its name only when complete. Labels come from the columns' own descriptions
/// and units, those of the file where it is netCDF; series of two different units get an axis each.
/// Throws InputError for a column that the file lacks or that holds no numbers, FileError for files, and BackendError where gnuplot
/// is not installed.
void draw_plot(const PlotRequest& request);

/// What is said of an expression of columns of a CSV file.
PlotLabel plot_label(const PlotExpression& expression);

}  // namespace qbatt
