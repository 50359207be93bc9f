#include "io/csv_writer.hpp"

#include <fmt/format.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <utility>

#include "io/csv.hpp"
#include "qbatt/errors.hpp"

namespace qbatt {
namespace {

std::string rows_of(const Table& chunk) {
  std::string text;
  for (const Row& row : chunk.rows) append_csv_row(text, row);
  return text;
}

void append_file(AtomicFile& target, const std::string& path) {
  std::ifstream part(path, std::ios::binary);
  std::array<char, 65536> buffer{};
  do {
    errno = 0;
    part.read(buffer.data(), buffer.size());
    target.write({buffer.data(), static_cast<std::size_t>(part.gcount())});
  } while (part);
  if (!part.eof()) throw FileError(fmt::format("cannot read {}: {}", path, std::strerror(errno)));
}

}  // namespace

void CsvStreamWriter::write_header_once() {
  if (!std::exchange(header_written_, true)) out_.write(csv_row_header());
}

void CsvStreamWriter::write(const Table& chunk) {
  write_header_once();
  out_.write(rows_of(chunk));
  out_.flush();
}

void CsvStreamWriter::finish() {
  write_header_once();
  out_.close();
}

void CsvFileWriter::write(const Table& chunk) {
  AtomicFile part(parts_.part(parts_.count()));
  part.write(rows_of(chunk));
  part.commit();
  parts_.add();
}

void CsvFileWriter::finish() {
  AtomicFile all(path_, parts_.unfinished_file());
  all.write(csv_row_header());
  for (std::size_t i = 0; i < parts_.count(); ++i) append_file(all, parts_.part(i));
  all.commit();
  parts_.discard();
}

CsvCurveWriter::CsvCurveWriter(const std::string& path, std::vector<CurveColumn> columns) : columns_(std::move(columns)) {
  if (path != "-") file_.emplace(path);
}

void CsvCurveWriter::put(const std::string& text) {
  file_ ? file_->write(text) : standard_output_.write(text);
}

void CsvCurveWriter::write(const Table& chunk) {
  const Series& series = chunk.series.at(0);
  const std::size_t levels = series.t.empty() ? 0 : series.populations.size() / series.t.size();
  put(csv_series_header(columns_, levels));
  std::string line;
  for (std::size_t i = 0; i < series.t.size(); ++i) {
    line.clear();
    append_csv_series_line(line, series, columns_, i, levels);
    put(line);
  }
}

void CsvCurveWriter::finish() {
  standard_output_.flush();
  if (file_) file_->commit();
}

}  // namespace qbatt
