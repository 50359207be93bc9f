#pragma once

#include <string>

#include "io/results_columns.hpp"

// Pictures of three columns: the gnuplot commands behind terminal, style and x axis.
namespace qbatt {

/// A curve of y over x for each value of `by`: up to seven in colours of their own with a legend, more along the palette.
std::string family_script(const ResultsColumn& x, const ResultsColumn& y, const ResultsColumn& by);

/// `value` in colours at each x and y: each point fills its cell, whose sides lie halfway to the neighbors, on a logarithmic
/// axis in the logarithm.
std::string heatmap_script(const ResultsColumn& x, const ResultsColumn& y, const ResultsColumn& value, bool log_x);

}  // namespace qbatt
