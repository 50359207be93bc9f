#pragma once

#include <string>

#include "io/plot_data.hpp"

namespace qbatt {

/// The gnuplot commands behind terminal, style and x axis that draw each y over x: lines where x grows from row to row, with marks
/// where there are few points, and marks alone where a line would be a scribble. Series of two units get an axis each. With `by` a
/// curve for each of its values and each y: values are told by colours, from the palette where they are more than seven, and
/// several y by dashes.
std::string curves_script(const PlotRequest& request, PlotData data, std::size_t letters_along_y);

}  // namespace qbatt
