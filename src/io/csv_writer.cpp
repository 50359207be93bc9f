#include "io/csv_writer.hpp"

#include <string_view>
#include <utility>

#include "io/csv.hpp"
#include "io/record_beside.hpp"
#include "qbatt/errors.hpp"
#include "text/input_file.hpp"

namespace qbatt {
namespace {

std::string rows_of(const Table& chunk, const ResultsLayout& layout) {
  std::string text;
  for (std::size_t i = 0; i < chunk.rows.size(); ++i)
    if (layout.times == 0)
      append_csv_row(text, chunk.rows[i]);
    else
      append_csv_tidy_rows(text, chunk.rows[i], chunk.series.at(i), layout.series, static_cast<std::size_t>(layout.times));
  return text;
}

PartRecord record_of(std::size_t part, const Table& chunk, const Checksum& checksum) {
  PartRecord record{.part = part, .tally = tally_of(chunk), .checksum = checksum};
  for (const Row& row : chunk.rows) record.samples += row.system.dim();
  return record;
}

}  // namespace

std::string csv_header(const ResultsLayout& layout) {
  return layout.times == 0 ? csv_row_header() : csv_tidy_header(layout.series);
}

void CsvStreamWriter::write_header_once() {
  if (!std::exchange(header_written_, true)) out_.write(csv_header(layout_));
}

void CsvStreamWriter::write(std::size_t part, const Table& chunk) {
  write_header_once();
  out_.write(rows_of(chunk, layout_));
  out_.flush();
  finished_.push_back(record_of(part, chunk, {}));
}

void CsvStreamWriter::finish(std::size_t) {
  write_header_once();
  out_.close();
}

void CsvFileWriter::write_part(std::size_t part, const Table& chunk) {
  AtomicFile file(parts_.part(part));
  const std::string text = rows_of(chunk, layout_);
  file.write(text);
  file.commit();
  ChecksumSum sum;
  sum.add(text);
  parts_.add(record_of(part, chunk, sum.value()));
}

void CsvFileWriter::put_together(std::size_t parts) {
  FinishedRecord record{.sweep = sweep_, .tally = {}, .checksum = {}};
  ChecksumSum sum;
  AtomicFile all(path_, parts_.whole());
  const auto put = [&](std::string_view text) {
    all.write(text);
    sum.add(text);
  };
  put(csv_header(layout_));
  for (const PartRecord& part : parts_.all(parts)) {
    const std::string path = parts_.part(part.part);
    ChecksumSum found;
    read_blocks(path, [&](std::string_view block) {
      put(block);
      found.add(block);
    });
    if (found.value() != part.checksum) throw_changed_part(path);
    record.tally += part.tally;
  }
  record.checksum = sum.value();
  all.close();
  if (!sweep_.fingerprint.empty()) write_record_beside(path_, record, provenance_);
  all.commit();  // a file of results is never without its record
  parts_.discard();
}

void CsvCurveWriter::write(std::size_t, const Table& chunk) {
  if (layout_.times == 0) return file_.write(csv_header(layout_) + rows_of(chunk, layout_));
  const Series& series = chunk.series.at(0);
  const std::size_t levels = series.t.empty() ? 0 : series.populations.size() / series.t.size();
  file_.write(csv_series_header(layout_.series, levels));
  std::string line;
  for (std::size_t i = 0; i < series.t.size(); ++i) {
    line.clear();
    append_csv_series_line(line, series, layout_.series, i, levels);
    file_.write(line);
  }
}

void CsvCurveWriter::finish(std::size_t) {
  try {
    file_.commit();
  } catch (const FileError&) {
    if (place_) place_->check_ours();
    throw;
  }
  remove_records_beside(path_);
  place_.reset();
}

}  // namespace qbatt
