#pragma once

#include <optional>
#include <string>
#include <vector>

#include "io/output_file.hpp"
#include "io/parts_writer.hpp"
#include "io/result_writer.hpp"

namespace qbatt {

/// CSV on the standard output; each chunk is flushed.
class CsvStreamWriter : public ResultWriter {
public:
  void write(std::size_t part, const Table& chunk) override;
  void finish(std::size_t parts) override;
  [[nodiscard]] std::vector<PartRecord> finished() const override { return finished_; }

private:
  void write_header_once();
  OutputFile out_ = OutputFile::standard_output();
  bool header_written_ = false;
  std::vector<PartRecord> finished_;
};

/// CSV in a file. Chunk i lies in FILE.parts/<i>.csv, written under another name and renamed; finish() puts all of them together
/// in the same folder, renames the result to FILE, puts its record beside it (record_path()) and removes the parts.
class CsvFileWriter : public PartsWriter {
public:
  using PartsWriter::PartsWriter;
  void write(std::size_t part, const Table& chunk) override;
  void finish(std::size_t parts) override;
};

/// One system in time: the header, one line for each time, and, where the series holds them, the populations p_0 ...; to a file,
/// which appears only when complete, or to the standard output where `path` is "-".
class CsvCurveWriter : public ResultWriter {
public:
  CsvCurveWriter(const std::string& path, std::vector<CurveColumn> columns);
  void write(std::size_t part, const Table& chunk) override;
  void finish(std::size_t parts) override;

private:
  void put(const std::string& text);

  std::vector<CurveColumn> columns_;
  std::optional<AtomicFile> file_;  // none: the standard output
  OutputFile standard_output_ = OutputFile::standard_output();
};

}  // namespace qbatt
