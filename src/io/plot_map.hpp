#pragma once

#include <string>

#include "io/plot_data.hpp"

namespace qbatt {

/// The gnuplot commands behind terminal, style and x axis that draw data.by in colours at each x and y: each point fills its cell,
/// whose sides lie halfway to the neighbors, on a logarithmic axis in the logarithm. Of more than 300 columns or rows neighbors are
/// put together, and the colour is their mean.
/// Throws InputError naming --where where several rows share a cell and differ, and for points that do not lie on a grid.
std::string map_script(const PlotRequest& request, const PlotData& data, std::size_t letters_along_y);

}  // namespace qbatt
