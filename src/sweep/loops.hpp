#pragma once

#include <array>
#include <vector>

#include "sweep/axis.hpp"

namespace qbatt {

/// The axes of a sweep in the order of Parameter.
using Axes = std::array<Axis, parameter_count>;

/// What all options say, the defaults of those that are not given included. Where the charger is a boson n_c is 0 and m is n_b
/// unless it is given; m is whole where the charger is in a Dicke or Fock state. The axes point into the texts. Throws InputError
/// naming the option: as parse_axis() does, for one that is required, and for N_c where every charger is a boson.
Axes parse_axes(const AxisTexts& texts);

/// The parameters from the outermost loop to the innermost: the order of the table, except that a linked axis comes after what it
/// refers to. Throws InputError for a cycle of links.
std::array<Parameter, parameter_count> loop_order(const Axes& axes);

/// The parameters that an axis refers to, itself or by way of others, from the outermost loop to the innermost.
std::vector<Parameter> referred_to(const Axes& axes, const Axis& axis);

}  // namespace qbatt
