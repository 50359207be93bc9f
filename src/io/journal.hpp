#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "io/checksum.hpp"
#include "io/sweep_record.hpp"

namespace qbatt {

/// A chunk that is complete under its name.
struct PartRecord {
  std::size_t part = 0;
  RowTally tally;
  std::int64_t samples = 0;  ///< levels of all its systems
  Checksum checksum;         ///< of the file
};

/// What a file is told by that may have been replaced meanwhile; nothing where there is none.
struct FileStamp {
  std::int64_t bytes = -1;
  std::int64_t modified = 0;  ///< nanoseconds
  bool operator==(const FileStamp&) const = default;

  static FileStamp of(const std::string& path);
};

/// The list of finished parts: one JSON object a line, the first of them the sweep. A line is appended in one write and waits for
/// the disk; a last line that is cut short, as by a power failure, counts for nothing. Every line names the run that it belongs to,
/// in random digits: where there are no locks, lines of two runs may meet in one file.
class Journal {
public:
  /// Opens or creates the file. Throws FileError.
  explicit Journal(const std::string& path);
  Journal(const Journal&) = delete;
  Journal& operator=(const Journal&) = delete;
  ~Journal();

  /// Keeps other processes from locking the same journal until this one is gone. Throws FileError naming `results` where another
  /// has it. Where the file system has no locks, there are none, and run_of_journal() tells who began last.
  void lock(const std::string& results) const;
  /// Empties it and writes the first line: the sweep, and what it is to replace.
  void begin(const SweepRecord& sweep, const FileStamp& replaces, const std::string& run);
  void append(const PartRecord& part, const std::string& run);

private:
  void put(std::string line);

  std::string path_;
  int descriptor_;
};

/// FileError: "cannot write FILE: another process is writing it".
[[noreturn]] void throw_written_by_another(const std::string& file);

/// What a journal holds. Lines that are not understood, or belong to another run than the first, are left out.
struct JournalContent {
  std::string run;  ///< empty in journals of earlier builds
  std::optional<SweepRecord> sweep;
  std::string why_no_sweep = "its journal is empty";  ///< in words, where there is none
  FileStamp replaces;
  std::vector<PartRecord> parts;
};

/// Throws FileError where the file cannot be read.
JournalContent read_journal(const std::string& path);

/// Which run began the journal, by its first line alone; empty where that tells nothing. Throws FileError where the file cannot be
/// read.
std::string run_of_journal(const std::string& path);

}  // namespace qbatt
