#include <algorithm>
#include <fstream>
#include <memory>
#include <span>
#include <utility>

#include "io/csv.hpp"
#include "io/csv_writer.hpp"
#include "io/formats.hpp"
#include "io/output_file.hpp"
#include "io/output_target.hpp"
#include "io/record_beside.hpp"
#include "qbatt/columns.hpp"
#include "text/csv_table.hpp"
#include "text/input_file.hpp"
#include "text/text.hpp"

namespace qbatt {
namespace {

std::unique_ptr<ResultWriter> open_csv(const std::string& path, const ResultsLayout& layout, const Provenance& provenance,
                                       const ResultsBegin& begin) {
  if (is_stream(path)) return std::make_unique<CsvStreamWriter>(path, layout);
  return std::make_unique<CsvFileWriter>(path, provenance, begin, layout);
}

std::unique_ptr<ResultWriter> open_csv_curve(const std::string& path, const ResultsLayout& layout, const Provenance&,
                                             const ResultsBegin& begin) {
  return std::make_unique<CsvCurveWriter>(path, layout, begin.start == PartsStart::overwrite);
}

std::vector<ResultsColumn> read_columns(const std::string& path, const std::vector<std::string>& names,
                                        const std::vector<std::string>& if_there) {
  std::vector<CsvColumn> read = read_csv_columns(path, names, if_there);
  std::vector<ResultsColumn> columns;
  columns.reserve(read.size());
  for (std::size_t i = 0; i < read.size(); ++i) {
    const std::string& name = i < names.size() ? names[i] : if_there[i - names.size()];
    columns.push_back({known_label(name), std::move(read[i].values), std::move(read[i].words)});
  }
  return columns;
}

// A row's names up to its status, or the time of a curve, and only names that we know behind them.
bool is_our_header(const std::vector<std::string_view>& names) {
  const auto known = [](std::string_view name) {
    const auto is_it = [&](const auto& column) { return column.name == name; };
    const bool level =
        name.starts_with("p_") && name.size() > 2 && name.find_first_not_of("0123456789", 2) == std::string_view::npos;
    return name == "t" || level || std::ranges::any_of(row_columns(), is_it) || std::ranges::any_of(curve_columns(), is_it);
  };
  const std::span<const Column> system = tidy_columns();
  const bool row =
      names.size() >= system.size() && std::ranges::equal(system, std::span(names).first(system.size()), {}, &Column::name);
  const bool curve = names.size() > 1 && names.front() == "t";
  return (row || curve) && std::ranges::all_of(names, known);
}

// The names in the first line, as far as they are whole in its first block: a curve may have a million of levels.
std::vector<std::string_view> names_in(std::string_view block) {
  const std::size_t end = block.find('\n');
  std::vector<std::string_view> names = split(block.substr(0, end), ',');
  if (end == std::string_view::npos) names.pop_back();
  return names;
}

bool is_ours(const std::string& path) {
  std::string block(65536, '\0');
  std::ifstream file(path, std::ios::binary);
  file.read(block.data(), static_cast<std::streamsize>(block.size()));
  block.resize(static_cast<std::size_t>(file.gcount()));
  return is_our_header(names_in(block)) || record_beside(path).has_value();
}

void merge(const std::vector<std::string>& files, const FinishedRecord& record, const std::string& path, const std::string& stem) {
  ChecksumSum sum;
  AtomicFile all(path, stem);
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
  FinishedRecord whole = record;
  whole.checksum = sum.value();
  all.close();
  copy_record_beside(files.front(), path, whole);
  all.commit();
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
                                         .is_ours = is_ours,
                                         .find_record = record_beside,
                                         .why_no_record = why_no_record_beside,
                                         .merge = merge,
                                         .bytes = bytes};

}  // namespace qbatt
