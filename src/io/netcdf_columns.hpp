#pragma once

#include <string>
#include <vector>

#include "io/results_columns.hpp"

namespace qbatt {

/// read_results_columns() for netCDF.
std::vector<ResultsColumn> read_netcdf_columns(const std::string& path, const std::vector<std::string>& names,
                                               const std::vector<std::string>& if_there);

}  // namespace qbatt
