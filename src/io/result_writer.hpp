#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "io/curve_columns.hpp"
#include "qbatt/solve.hpp"

namespace qbatt {

/// What a results file holds beside its rows.
struct ResultsLayout {
  std::int64_t times = 0;           ///< of every system; 0: rows only
  std::vector<CurveColumn> series;  ///< at those times
  bool populations = false;         ///< at those times
};

/// How results came about, for the files that can say it.
struct Provenance {
  std::string command;        ///< as it would be typed
  std::string configuration;  ///< all options, as TOML
  std::string backend;        ///< "cpu", "cuda"
  std::string device;         ///< in words
};

/// Takes results chunk by chunk, in the order of the systems.
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

/// A writer of rows, and for .nc of the time series that the layout names. `path` ends in .csv or .nc, or is "-": CSV on the
/// standard output. Throws InputError for another name, without touching anything, and FileError where the file cannot be written.
std::unique_ptr<ResultWriter> open_results(const std::string& path, const ResultsLayout& layout, const Provenance& provenance);

/// A writer for one system on its times, given in one chunk: CSV has one line a time and no row, netCDF is as of a sweep.
std::unique_ptr<ResultWriter> open_curve(const std::string& path, const ResultsLayout& layout, const Provenance& provenance);

/// Throws InputError unless a file of this name can be written by this build.
void check_results_name(const std::string& path);

/// Whether the name asks for netCDF.
bool is_netcdf_name(const std::string& path);

}  // namespace qbatt
