#pragma once

#include <cstddef>
#include <string>

#include "io/output_file.hpp"
#include "io/result_writer.hpp"

namespace qbatt {

/// CSV on the standard output; each chunk is flushed.
class CsvStreamWriter : public ResultWriter {
public:
  void write(const Table& chunk) override;
  void finish() override;

private:
  void write_header_once();
  OutputFile out_ = OutputFile::standard_output();
  bool header_written_ = false;
};

/// CSV in a file. Chunk i lies in FILE.parts/<i>.csv, written under another name and renamed; finish() puts all of them together
/// in the same folder, renames the result to FILE and removes the parts. Parts of an earlier run are discarded at the start.
class CsvFileWriter : public ResultWriter {
public:
  explicit CsvFileWriter(std::string path);
  ~CsvFileWriter() override;
  void write(const Table& chunk) override;
  void finish() override;
  [[nodiscard]] std::string parts() const override { return folder_; }

private:
  [[nodiscard]] std::string part_path(std::size_t part) const;
  void discard_parts() const noexcept;

  std::string path_;
  std::string folder_;
  std::size_t parts_ = 0;
};

}  // namespace qbatt
