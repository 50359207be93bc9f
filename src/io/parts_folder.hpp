#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "io/journal.hpp"
#include "io/sweep_record.hpp"

namespace qbatt {

/// How a run begins the parts of a results file: `afresh` where there are none, `overwrite` discards those of an earlier run,
/// `resume` takes them over where they are of the same sweep, `join` works beside the process that has begun them, and `look`
/// changes nothing: it only tells what `resume` would take over, but for checksums.
enum class PartsStart { afresh, overwrite, resume, join, look };

/// FILE.parts/, the chunks of a results file that is not complete: 00000000.csv, 00000001.csv, … or the same with .nc, in any
/// order, and the journals that list the finished ones: `journal`, and `journal.1`, … of the processes that join. Files that nobody
/// here wrote stay where they are.
///
/// A lock on `journal` keeps other runs out. Where the file system has none, the last to begin a run has the folder, as the first
/// line of `journal` says; the others meet that when they add a part or put the parts together, and end with an error.
class PartsFolder {
public:
  /// For the results `file`, whose suffix (".csv", ".nc") the parts have too. Tries whether the folder takes files, and locks it.
  /// Parts that are taken over are checked by length and checksum; damaged ones are removed and listed in damaged().
  /// Throws FileError where `file` cannot be written or another process is writing it, and InputError where `afresh` finds parts
  /// and where `resume` finds another sweep, with the difference.
  PartsFolder(const std::string& file, const SweepRecord& sweep, PartsStart start, int rank = 0);
  PartsFolder(const PartsFolder&) = delete;
  PartsFolder& operator=(const PartsFolder&) = delete;
  /// Leaves no trace where there are no parts, or where nobody can go on from them: those of a file that is no sweep's.
  ~PartsFolder();

  [[nodiscard]] const std::string& path() const { return folder_; }
  [[nodiscard]] std::string part(std::size_t i) const;
  /// Where the parts are put together: what the temporary name is made from.
  [[nodiscard]] std::string whole() const;
  /// In words, one for each part that could not be taken over.
  [[nodiscard]] const std::vector<std::string>& damaged() const { return damaged_; }

  /// The part is complete under its name. Throws FileError where another run has taken the folder.
  void add(const PartRecord& part);
  /// Throws FileError where another run has taken the folder.
  void check_ours();
  /// The finished parts of all processes, in order.
  [[nodiscard]] std::vector<PartRecord> finished() const;
  /// The same, all of 0 … count - 1, with the checksums that they must have. Throws FileError where one is missing.
  [[nodiscard]] std::vector<PartRecord> all(std::size_t count) const;
  /// Removes the parts, and the folder where nothing else lies in it.
  void discard() noexcept;

private:
  void make_folder(const std::string& file) const;
  [[nodiscard]] std::unique_ptr<Journal> open_journal(const std::string& file, int rank) const;
  void begin_journal(const std::string& file, const SweepRecord& sweep, PartsStart start);
  /// Whether the journal was one of this sweep.
  bool take_over(const std::string& file, const SweepRecord& sweep);
  void check_parts();
  [[nodiscard]] bool are_of_no_sweep() const;
  [[nodiscard]] bool is_taken() const;
  [[nodiscard]] std::string journal_path(int rank) const;
  [[nodiscard]] std::vector<PartRecord> records() const;
  void remove_files(bool journals) const noexcept;
  [[nodiscard]] std::ptrdiff_t count_parts() const;
  [[nodiscard]] bool is_part(const std::string& name) const;
  [[nodiscard]] bool is_unfinished(const std::string& name) const;

  std::string file_;
  std::string suffix_;
  std::string folder_;
  PartsStart start_;
  bool kept_;        ///< when the object ends before its parts are put together
  std::string run_;  ///< as the lines of the journals name it
  bool discarded_ = false;
  std::unique_ptr<Journal> journal_;
  std::vector<std::string> damaged_;
};

/// FileError: the part is not the one that was written.
[[noreturn]] void throw_changed_part(const std::string& path);

/// The sweep whose parts lie beside `file`; nullopt where there are none, or nobody can tell. Throws FileError where a journal that
/// is there cannot be read.
std::optional<SweepRecord> sweep_of_parts(const std::string& file);

/// Whether parts lie there of a sweep that was begun to replace `file` as it is now. Throws FileError where that cannot be read.
bool is_being_replaced(const std::string& file);

/// Removes the parts of this sweep that a process left which was stopped between putting them together and removing them. Parts of
/// another sweep stay.
void discard_parts_of(const std::string& file, const SweepRecord& sweep) noexcept;

}  // namespace qbatt
