#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "io/results_columns.hpp"

namespace qbatt {

/// Broken into lines at spaces, in gnuplot's double quotes.
std::string gnuplot_text(std::string_view text, std::size_t line_length = 44);

/// "charging time (1/energy)"; no unit behind a pure number.
std::string with_units(const PlotLabel& label);

/// "points" where x does not grow from row to row, as a line would be a scribble; else "lines", with marks where there are few.
std::string plot_style(const std::vector<double>& x);

/// For a line of data: gnuplot leaves out what it finds as "nan".
std::string gnuplot_number(double value);

}  // namespace qbatt
