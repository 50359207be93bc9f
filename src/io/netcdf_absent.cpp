#include "io/netcdf_writer.hpp"
#include "qbatt/errors.hpp"

// A build without netCDF.
namespace qbatt {

bool has_netcdf() {
  return false;
}

std::unique_ptr<ResultWriter> open_netcdf(const std::string& path, const ResultsLayout&, const Provenance&) {
  throw FileError("cannot write " + path + ": this build has no netCDF");
}

}  // namespace qbatt
