#include "io/netcdf_columns.hpp"
#include "io/netcdf_writer.hpp"
#include "qbatt/errors.hpp"

// A build without netCDF.
namespace qbatt {

bool has_netcdf() {
  return false;
}

std::unique_ptr<ResultWriter> open_netcdf(const std::string& path, const ResultsLayout&, const Provenance&, const ResultsBegin&) {
  throw FileError("cannot write " + path + ": this build has no netCDF");
}

std::optional<FinishedRecord> netcdf_record(const std::string&) {
  return std::nullopt;
}

void merge_netcdf(const std::vector<std::string>&, const FinishedRecord&, const std::string& path) {
  throw FileError("cannot write " + path + ": this build has no netCDF");
}

std::vector<ResultsColumn> read_netcdf_columns(const std::string& path, const std::vector<std::string>&) {
  throw FileError("cannot read " + path + ": this build has no netCDF");
}

}  // namespace qbatt
