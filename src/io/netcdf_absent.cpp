#include "io/formats.hpp"

// A build without netCDF.
namespace qbatt {

extern const ResultsFormat netcdf_format;
constinit const ResultsFormat netcdf_format{.suffix = ".nc", .name = "netCDF", .holds_populations = true, .compresses = true};

}  // namespace qbatt
