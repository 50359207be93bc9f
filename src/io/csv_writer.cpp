#include "io/csv_writer.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <utility>

#include "io/csv.hpp"
#include "qbatt/errors.hpp"

namespace qbatt {
namespace {

namespace fs = std::filesystem;

bool is_folder(const std::string& path) {
  std::error_code ignored;
  return fs::is_directory(path, ignored);
}

std::string rows_of(const Table& chunk) {
  std::string text;
  for (const Row& row : chunk.rows) append_csv_row(text, row);
  return text;
}

// Only what a writer made: a folder of that name may hold other files.
bool is_part(const fs::path& file) {
  const std::string name = file.filename().string();
  const std::size_t digits = std::min(name.find_first_not_of("0123456789"), name.size());
  const std::string rest = name.substr(digits);
  return (digits >= 8 && (rest == ".csv" || rest == ".csv.unfinished")) || name == "all.csv.unfinished";
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

CsvFileWriter::CsvFileWriter(std::string path) : path_(std::move(path)), folder_(path_ + ".parts") {
  if (is_folder(path_)) throw_cannot_write(path_, EISDIR);
  discard_parts();
  if (::mkdir(folder_.c_str(), 0777) != 0 && errno != EEXIST) throw_cannot_write(path_, errno);
  if (!is_folder(folder_)) throw_cannot_write(folder_, ENOTDIR);
  // A folder that exists may still refuse files; the destructor removes this one.
  OutputFile::create(part_path(0) + ".unfinished").close();
}

CsvFileWriter::~CsvFileWriter() {
  // Nothing was computed: leave no trace.
  if (parts_ == 0) discard_parts();
}

std::string CsvFileWriter::part_path(std::size_t part) const {
  return fmt::format("{}/{:08}.csv", folder_, part);
}

void CsvFileWriter::discard_parts() const noexcept {
  std::error_code error;
  if (!is_folder(folder_)) return;
  for (fs::directory_iterator entry(folder_, error), end; !error && entry != end; entry.increment(error)) {
    std::error_code ignored;
    if (is_part(entry->path())) fs::remove(entry->path(), ignored);
  }
  fs::remove(folder_, error);  // fails, as it should, where other files lie there
}

void CsvFileWriter::write(const Table& chunk) {
  AtomicFile part(part_path(parts_));
  part.write(rows_of(chunk));
  part.commit();
  ++parts_;
}

void CsvFileWriter::finish() {
  AtomicFile all(path_, folder_ + "/all.csv.unfinished");
  all.write(csv_row_header());
  for (std::size_t part = 0; part < parts_; ++part) append_file(all, part_path(part));
  all.commit();
  discard_parts();
}

}  // namespace qbatt
