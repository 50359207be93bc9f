#include <algorithm>
#include <memory>
#include <utility>

#include "io/csv.hpp"
#include "io/csv_writer.hpp"
#include "io/formats.hpp"
#include "io/output_file.hpp"
#include "io/record_beside.hpp"
#include "text/csv_table.hpp"
#include "text/input_file.hpp"

namespace qbatt {
namespace {

std::unique_ptr<ResultWriter> open_csv(const std::string& path, const ResultsLayout&, const Provenance& provenance,
                                       const ResultsBegin& begin) {
  if (path == "-") return std::make_unique<CsvStreamWriter>();
  return std::make_unique<CsvFileWriter>(path, provenance, begin);
}

std::unique_ptr<ResultWriter> open_csv_curve(const std::string& path, const ResultsLayout& layout, const Provenance&,
                                             const ResultsBegin&) {
  return std::make_unique<CsvCurveWriter>(path, layout.series);
}

std::vector<ResultsColumn> read_columns(const std::string& path, const std::vector<std::string>& names) {
  std::vector<std::vector<double>> values = read_csv_columns(path, names);
  std::vector<ResultsColumn> columns;
  columns.reserve(names.size());
  for (std::size_t i = 0; i < names.size(); ++i) columns.push_back({known_label(names[i]), std::move(values[i])});
  return columns;
}

void merge(const std::vector<std::string>& files, const FinishedRecord& record, const std::string& path) {
  ChecksumSum sum;
  AtomicFile all(path);
  const auto put = [&](std::string_view text) {
    all.write(text);
    sum.add(text);
  };
  put(csv_row_header());
  for (const std::string& file : files) {
    std::size_t header = csv_row_header().size();  // of each file, to be left out
    read_blocks(file, [&](std::string_view block) {
      const std::size_t left_out = std::min(header, block.size());
      header -= left_out;
      put(block.substr(left_out));
    });
  }
  all.commit();
  FinishedRecord whole = record;
  whole.checksum = sum.value();
  copy_record_beside(files.front(), path, whole);
}

// As long as rows of a sweep are on average.
double bytes(const ResultsLayout&, double systems, double) {
  constexpr double bytes_of_a_row = 280;
  return bytes_of_a_row * systems;
}

}  // namespace

extern const ResultsFormat csv_format;
constinit const ResultsFormat csv_format{.suffix = ".csv",
                                         .name = "CSV",
                                         .in_this_build = true,
                                         .open = open_csv,
                                         .open_curve = open_csv_curve,
                                         .read_columns = read_columns,
                                         .find_record = record_beside,
                                         .why_no_record = why_no_record_beside,
                                         .merge = merge,
                                         .bytes = bytes};

}  // namespace qbatt
