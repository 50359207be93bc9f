#include <fmt/format.h>

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

std::unique_ptr<ResultWriter> open_csv(const std::string& path, const ResultsLayout& layout, const Provenance& provenance,
                                       const ResultsBegin& begin) {
  if (path == "-") return std::make_unique<CsvStreamWriter>(layout);
  return std::make_unique<CsvFileWriter>(path, provenance, begin, layout);
}

std::unique_ptr<ResultWriter> open_csv_curve(const std::string& path, const ResultsLayout& layout, const Provenance&,
                                             const ResultsBegin&) {
  return std::make_unique<CsvCurveWriter>(path, layout);
}

std::vector<ResultsColumn> read_columns(const std::string& path, const std::vector<std::string>& names) {
  std::vector<std::vector<double>> values = read_csv_columns(path, names);
  std::vector<ResultsColumn> columns;
  columns.reserve(names.size());
  for (std::size_t i = 0; i < names.size(); ++i) columns.push_back({known_label(names[i]), std::move(values[i])});
  return columns;
}

std::string why_no_record(const std::string& path) {
  constexpr Shard one_of_several{.index = 1, .count = 2};
  return fmt::format("{} is not there, or of another file", record_path(path, one_of_several));
}

void merge(const std::vector<std::string>& files, const FinishedRecord& record, const std::string& path) {
  ChecksumSum sum;
  AtomicFile all(path);
  const auto put = [&](std::string_view text) {
    all.write(text);
    sum.add(text);
  };
  for (const std::string& file : files) {
    bool in_header = &file != &files.front();  // the one line of it that is left out
    read_blocks(file, [&](std::string_view block) {
      const std::size_t left_out = in_header ? std::min(block.find('\n'), block.size() - 1) + 1 : 0;
      in_header = in_header && block.find('\n') == std::string_view::npos;
      put(block.substr(left_out));
    });
  }
  all.commit();
  FinishedRecord whole = record;
  whole.checksum = sum.value();
  copy_record_beside(files.front(), path, whole);
}

// As long as rows of a sweep and numbers are on average.
double bytes(const ResultsLayout& layout, double systems, double) {
  constexpr double bytes_of_a_row = 280;
  constexpr double bytes_of_a_system = 30;
  constexpr double bytes_of_a_number = 19;
  if (layout.times == 0) return bytes_of_a_row * systems;
  const double numbers = static_cast<double>(layout.series.size() + 1);  // and t
  return systems * static_cast<double>(layout.times) * (bytes_of_a_system + bytes_of_a_number * numbers);
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
                                         .why_no_record = why_no_record,
                                         .merge = merge,
                                         .bytes = bytes};

}  // namespace qbatt
