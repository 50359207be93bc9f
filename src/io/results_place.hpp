#pragma once

#include <optional>
#include <string>

#include "io/parts_folder.hpp"
#include "io/temporary_name.hpp"

namespace qbatt {

/// The right to write results in one piece, by a command without chunks: while it lives nobody else writes `path`. A stream is
/// anybody's. What it takes to say so goes with the object, or with the program where a signal ends it.
class ResultsPlace {
public:
  /// Discards the finished chunks of an interrupted sweep where `overwrite`. Throws as PartsFolder.
  ResultsPlace(const std::string& path, bool overwrite);

  /// For an AtomicFile of `path`.
  [[nodiscard]] const std::string& stem() const { return stem_; }

  /// Throws FileError where another command has taken the place, as it may where the file system has no locks.
  void check_ours() {
    if (parts_) parts_->check_ours();
  }

private:
  std::string stem_;
  std::optional<PartsFolder> parts_;  // none for a stream
  std::optional<RemovedAtTheEnd> journal_;
  std::optional<RemovedAtTheEnd> folder_;
};

}  // namespace qbatt
