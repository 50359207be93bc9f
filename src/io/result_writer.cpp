#include "io/result_writer.hpp"

#include <fmt/format.h>

#include "io/csv_writer.hpp"
#include "qbatt/errors.hpp"
#include "sweep/text.hpp"

namespace qbatt {

void check_results_name(const std::string& path) {
  if (path == "-" || (path.ends_with(".csv") && path.size() > 4)) return;
  throw InputError(
      fmt::format("-o: {} cannot be written: this version writes only a file that ends in .csv, or - for the standard output",
                  in_quotes(path)));
}

std::unique_ptr<ResultWriter> open_results(const std::string& path) {
  check_results_name(path);
  if (path == "-") return std::make_unique<CsvStreamWriter>();
  return std::make_unique<CsvFileWriter>(path);
}

}  // namespace qbatt
