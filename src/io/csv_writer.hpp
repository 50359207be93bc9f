#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "io/output_file.hpp"
#include "io/parts_writer.hpp"
#include "io/result_writer.hpp"
#include "io/results_place.hpp"

namespace qbatt {

/// CSV has a line for each system or, where the layout has times, tidy rows: a line for each time of each system.
std::string csv_header(const ResultsLayout& layout);

/// CSV on a stream; each chunk is flushed.
class CsvStreamWriter : public ResultWriter {
public:
  explicit CsvStreamWriter(const std::string& path, ResultsLayout layout = {})
      : layout_(std::move(layout)), out_(OutputFile::stream(path)) {}
  void write(std::size_t part, const Table& chunk) override;
  void finish(std::size_t parts) override;
  [[nodiscard]] std::vector<PartRecord> finished() const override { return finished_; }

private:
  void write_header_once();
  ResultsLayout layout_;
  OutputFile out_;
  bool header_written_ = false;
  std::vector<PartRecord> finished_;
};

/// CSV in a file. Chunk i lies in FILE.parts/<i>.csv, written under another name and renamed; finish() puts all of them together
/// in the same folder, puts the record beside FILE (record_path()), renames the result to FILE and removes the parts.
class CsvFileWriter : public PartsWriter {
public:
  CsvFileWriter(std::string path, Provenance provenance, const ResultsBegin& begin, ResultsLayout layout = {})
      : PartsWriter(std::move(path), std::move(provenance), begin), layout_(std::move(layout)) {}

private:
  void write_part(std::size_t part, const Table& chunk) override;
  void put_together(std::size_t parts) override;
  ResultsLayout layout_;
};

/// One system: its row, or where the layout has times the header of a series, one line for each time, and, where the series holds
/// them, the populations p_0 ...; to a stream or a file, which appears only when complete.
class CsvCurveWriter : public ResultWriter {
public:
  CsvCurveWriter(const std::string& path, ResultsLayout layout, bool overwrite)
      : path_(path), layout_(std::move(layout)), place_(std::in_place, path, overwrite), file_(path, place_->stem()) {}
  void write(std::size_t part, const Table& chunk) override;
  void finish(std::size_t parts) override;

private:
  std::string path_;
  ResultsLayout layout_;
  std::optional<ResultsPlace> place_;  // until finish()
  AtomicFile file_;
};

}  // namespace qbatt
