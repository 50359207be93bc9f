#pragma once

#include "options/option.hpp"

namespace qbatt {

/// Where results go; "-" where it is not given.
inline constexpr OptionInfo output_option{
    "-o", "FILE", "where the results go: a file that ends in .csv or .nc (netCDF-4), or - for CSV on the standard output", "-",
    "results.csv"};

}  // namespace qbatt
