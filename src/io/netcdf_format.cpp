#include "io/formats.hpp"
#include "io/netcdf_columns.hpp"
#include "io/netcdf_writer.hpp"
#include "qbatt/columns.hpp"

namespace qbatt {
namespace {

std::unique_ptr<ResultWriter> open_netcdf_curve(const std::string& path, const ResultsLayout& layout,
                                                const Provenance& provenance) {
  return open_netcdf(path, layout, provenance, {});
}

std::string why_no_record(const std::string&) {
  return "it has no attribute sweep that says so";
}

double bytes(const ResultsLayout& layout, double systems, double levels) {
  const auto times = static_cast<double>(layout.times);
  const double series = layout.times > 0 ? static_cast<double>(layout.series.size() + 1) * times : 0.0;
  const double populations = layout.populations ? levels * (times + 1) : 0.0;
  return 8 * (systems * (static_cast<double>(row_columns().size()) + series) + populations);
}

}  // namespace

extern const ResultsFormat netcdf_format;
constinit const ResultsFormat netcdf_format{.suffix = ".nc",
                                            .name = "netCDF",
                                            .in_this_build = true,
                                            .holds_sweep_series = true,
                                            .compresses = true,
                                            .open = open_netcdf,
                                            .open_curve = open_netcdf_curve,
                                            .read_columns = read_netcdf_columns,
                                            .find_record = netcdf_record,
                                            .why_no_record = why_no_record,
                                            .merge = merge_netcdf,
                                            .bytes = bytes};

}  // namespace qbatt
