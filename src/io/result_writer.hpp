#pragma once

#include <memory>
#include <string>

#include "qbatt/solve.hpp"

namespace qbatt {

/// Takes the results of a sweep chunk by chunk, in the order of the systems.
///
/// Throws FileError naming the file and the reason from every call. A writer that is destroyed before finish() leaves the chunks
/// that were written, and never a file under the final name.
class ResultWriter {
public:
  ResultWriter() = default;
  ResultWriter(const ResultWriter&) = delete;
  ResultWriter& operator=(const ResultWriter&) = delete;
  virtual ~ResultWriter() = default;

  /// Makes one chunk durable.
  virtual void write(const Table& chunk) = 0;

  /// All chunks are written: makes the results appear under their name.
  virtual void finish() = 0;

  /// Where the chunks lie until then; empty where they are not kept.
  [[nodiscard]] virtual std::string parts() const { return {}; }
};

/// A writer for `path`, which ends in .csv or is "-", the standard output.
/// Throws InputError for another name, without touching anything, and FileError where the file cannot be written.
std::unique_ptr<ResultWriter> open_results(const std::string& path);

/// Throws InputError unless open_results() knows how to write a file of this name.
void check_results_name(const std::string& path);

}  // namespace qbatt
