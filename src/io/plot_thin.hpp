#pragma once

#include <cstddef>
#include <span>
#include <vector>

// What of very many rows a picture shows.
namespace qbatt {

/// A scale along an axis: the logarithm where it is logarithmic, of what is not greater than 0 NaN.
double on_scale(double value, bool logarithmic);

/// The points of a line that are seen: all where they are at most 4000; otherwise x is cut into 2000 pieces, and of the points of
/// each piece the first, the last, the lowest and the highest stay, so that the line covers what it covered. x does not descend.
/// Where y is NaN one point of each gap stays.
std::vector<std::size_t> seen_of_line(std::span<const double> x, std::span<const double> y, bool log_x);

/// The marks that are seen: all where they are at most 4000; otherwise the first in each cell of a grid of 300 × 300 over their
/// range. Points that are not finite are left out.
std::vector<std::size_t> seen_of_marks(std::span<const double> x, std::span<const double> y, bool log_x, bool log_y);

/// Of a map: its columns or rows, given by their distinct values in ascending order, in groups of neighbors, at most 300 of them
/// that are as equal as can be: the group of each.
std::vector<std::size_t> groups_of_neighbors(std::size_t count);

}  // namespace qbatt
