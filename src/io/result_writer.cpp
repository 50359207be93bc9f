#include "io/result_writer.hpp"

#include <fmt/format.h>

#include "io/csv_writer.hpp"
#include "io/netcdf_writer.hpp"
#include "qbatt/errors.hpp"
#include "text/text.hpp"

namespace qbatt {
namespace {

bool has_suffix(const std::string& path, std::string_view suffix) {
  return path.ends_with(suffix) && path.size() > suffix.size();
}

}  // namespace

bool is_netcdf_name(const std::string& path) {
  return has_suffix(path, ".nc");
}

void check_results_name(const std::string& path) {
  if (path == "-" || has_suffix(path, ".csv")) return;
  if (!is_netcdf_name(path)) {
    throw InputError(
        fmt::format("-o: {} cannot be written: it must be a file that ends in .csv or .nc, or - for CSV on the standard output",
                    in_quotes(path)),
        "-o");
  }
  if (!has_netcdf()) {
    throw InputError(fmt::format("-o: {} cannot be written: this build has no netCDF; it must be a file that ends in .csv, or -",
                                 in_quotes(path)),
                     "-o");
  }
}

std::unique_ptr<ResultWriter> open_results(const std::string& path, const ResultsLayout& layout, const Provenance& provenance,
                                           const ResultsBegin& begin) {
  check_results_name(path);
  if (is_netcdf_name(path)) return open_netcdf(path, layout, provenance, begin);
  if (path == "-") return std::make_unique<CsvStreamWriter>();
  return std::make_unique<CsvFileWriter>(path, provenance, begin);
}

std::unique_ptr<ResultWriter> open_curve(const std::string& path, const ResultsLayout& layout, const Provenance& provenance) {
  check_results_name(path);
  if (is_netcdf_name(path)) return open_netcdf(path, layout, provenance, {});
  return std::make_unique<CsvCurveWriter>(path, layout.series);
}

}  // namespace qbatt
