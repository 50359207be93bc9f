#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "io/output_file.hpp"
#include "io/parts_writer.hpp"
#include "io/result_writer.hpp"

namespace qbatt {

/// CSV has a line for each system or, where the layout has times, tidy rows: a line for each time of each system.
std::string csv_header(const ResultsLayout& layout);

/// CSV on the standard output; each chunk is flushed.
class CsvStreamWriter : public ResultWriter {
public:
  explicit CsvStreamWriter(ResultsLayout layout = {}) : layout_(std::move(layout)) {}
  void write(std::size_t part, const Table& chunk) override;
  void finish(std::size_t parts) override;
  [[nodiscard]] std::vector<PartRecord> finished() const override { return finished_; }

private:
  void write_header_once();
  ResultsLayout layout_;
  OutputFile out_ = OutputFile::standard_output();
  bool header_written_ = false;
  std::vector<PartRecord> finished_;
};

/// CSV in a file. Chunk i lies in FILE.parts/<i>.csv, written under another name and renamed; finish() puts all of them together
/// in the same folder, renames the result to FILE, puts its record beside it (record_path()) and removes the parts.
class CsvFileWriter : public PartsWriter {
public:
  CsvFileWriter(std::string path, Provenance provenance, const ResultsBegin& begin, ResultsLayout layout = {})
      : PartsWriter(std::move(path), std::move(provenance), begin), layout_(std::move(layout)) {}
  void write(std::size_t part, const Table& chunk) override;
  void finish(std::size_t parts) override;

private:
  ResultsLayout layout_;
};

/// One system: its row, or where the layout has times the header of a series, one line for each time, and, where the series holds
/// them, the populations p_0 ...; to a file, which appears only when complete, or to the standard output where `path` is "-".
class CsvCurveWriter : public ResultWriter {
public:
  CsvCurveWriter(const std::string& path, ResultsLayout layout);
  void write(std::size_t part, const Table& chunk) override;
  void finish(std::size_t parts) override;

private:
  void put(const std::string& text);

  ResultsLayout layout_;
  std::optional<AtomicFile> file_;  // none: the standard output
  OutputFile standard_output_ = OutputFile::standard_output();
};

}  // namespace qbatt
