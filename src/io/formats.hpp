#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "io/result_writer.hpp"
#include "io/results_columns.hpp"
#include "io/sweep_record.hpp"

namespace qbatt {

/// A format of results files, told by the end of a file's name. A new one is an object of this type in a source of its own, and a
/// line in the table of formats.cpp. Where a build lacks it there is the object, but none of its functions.
struct ResultsFormat {
  std::string_view suffix;         ///< ".nc"
  std::string_view name;           ///< "netCDF"
  bool in_this_build = false;      ///< whether the functions are there
  bool holds_populations = false;  ///< those of many systems in time
  bool compresses = false;

  /// As open_results() and open_curve() below.
  using Open = std::unique_ptr<ResultWriter>(const std::string& path, const ResultsLayout& layout, const Provenance& provenance,
                                             const ResultsBegin& begin);
  Open* open = nullptr;
  Open* open_curve = nullptr;
  /// As read_results_columns().
  std::vector<ResultsColumn> (*read_columns)(const std::string& path, const std::vector<std::string>& names,
                                             const std::vector<std::string>& if_there) = nullptr;
  /// Whether a file that is there is one of results that qbatt has written, of this or another version.
  bool (*is_ours)(const std::string& path) = nullptr;
  /// As find_record() below, of a file that is there.
  std::optional<FinishedRecord> (*find_record)(const std::string& path) = nullptr;
  /// Why find_record() finds none, in words.
  std::string (*why_no_record)(const std::string& path) = nullptr;
  /// Puts complete results of one layout together in `path`, in this order, with `record` for theirs and the provenance of the
  /// first; `stem` is that of AtomicFile. Throws FileError where a file cannot be read or written or has another layout than the
  /// first.
  void (*merge)(const std::vector<std::string>& files, const FinishedRecord& record, const std::string& path,
                const std::string& stem) = nullptr;
  /// About how long the file is, before compression, of so many systems with so many levels in all.
  double (*bytes)(const ResultsLayout& layout, double systems, double levels) = nullptr;
};

/// The format of a file of this name: CSV where its end tells of no other, as for "-", the standard output.
const ResultsFormat& format_of(const std::string& path);

/// "netCDF", ".csv or .nc", …: what the formats are called of which `holds`, a member, is true; all of them where it is null.
std::string formats_in_words(std::string_view ResultsFormat::*word, bool ResultsFormat::*holds = nullptr);

/// The output_path() of `name`, what -o names. Throws InputError unless it can be written by this build: a stream takes CSV, a file
/// must have the suffix of a format, behind a symbolic link too.
std::string results_path(const std::string& name);

/// Throws InputError, naming --overwrite, where a file that is none of results of qbatt would be replaced by results.
void check_replaces_results(const std::string& path);

/// A writer of rows and, where the format holds them, of the time series that the layout names, to what results_path(name) gives.
/// Throws InputError for a name that it refuses, without touching anything; for a file that is none of results and finished chunks
/// of an interrupted sweep where `begin` is afresh; and where the chunks that are to be taken up are of another sweep. Throws
/// FileError where the file cannot be written.
std::unique_ptr<ResultWriter> open_results(const std::string& name, const ResultsLayout& layout, const Provenance& provenance,
                                           const ResultsBegin& begin = {});

/// A writer for one system, given in one chunk: CSV has one line for each of its times and no row, or where the layout has no times
/// its row; netCDF is as of a sweep. Throws as open_results().
std::unique_ptr<ResultWriter> open_curve(const std::string& name, const ResultsLayout& layout, const Provenance& provenance,
                                         bool overwrite = false);

/// What a complete results file says of itself. nullopt where there is no such file, and where why_no_record() says why: it has no
/// record, one of another version, or data that its record was not written for. Throws FileError where a file that is there cannot
/// be read.
std::optional<FinishedRecord> find_record(const std::string& path);

/// The sweep that an earlier run into this file was of, finished or interrupted; nullopt where none is known.
std::optional<SweepRecord> find_earlier_sweep(const std::string& path);

}  // namespace qbatt
