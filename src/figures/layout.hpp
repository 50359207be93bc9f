#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "figures/figure.hpp"
#include "io/picture_size.hpp"

namespace qbatt::figures {

/// Panels stand one below the other, and in pictures wider than 12 cm side by side. `width` in points; one column of a journal
/// where it is not given.
PictureSize size_of(const Figure& figure, std::optional<double> width);

/// The whole script for a picture called `path`. Behind the style of all pictures (gnuplot_style()) the panels find
/// - L(n), the line type of batteries of n cells, the same in every figure; 8 and 9 are two more line types;
/// - the symbols of quantities as strings to put together with dots: N_b, N_c, m_, omega_b, E_cell, S_, P_, W_, W_inc, t_, t_1, A_,
/// N_;
/// - pick(n): n where it is one of about ten a decade, NaN otherwise, to mark some of very many points.
std::string script_of(const Figure& figure, std::string_view path, const PictureSize& size);

}  // namespace qbatt::figures
