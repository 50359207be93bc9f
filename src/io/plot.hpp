#pragma once

#include <string>
#include <vector>

namespace qbatt {

/// A column of a results file, or the ratio of two.
struct PlotExpression {
  std::string column;
  std::string divisor;  ///< empty: the column alone
};

/// "COL" or "COL/COL". Throws InputError naming `option` for anything else.
PlotExpression parse_plot_expression(std::string_view option, std::string_view text);

struct PlotRequest {
  std::string file;  ///< a CSV file with a header
  PlotExpression x;
  std::vector<PlotExpression> y;  ///< at least one
  bool log_x = false;
  std::string output;  ///< ends in .svg or .png
};

/// Draws the picture with gnuplot; it appears under its name only when complete. Labels come from the columns' own descriptions
/// and units; series of two different units get an axis each.
/// Throws InputError for a column that the file lacks or that holds no numbers, FileError for files, and BackendError where gnuplot
/// is not installed.
void draw_plot(const PlotRequest& request);

/// What an axis or a legend says of the expression, and its unit ("1" for a pure number).
struct PlotLabel {
  std::string text;
  std::string units;
};
PlotLabel plot_label(const PlotExpression& expression);

}  // namespace qbatt
