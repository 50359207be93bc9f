#pragma once

#include <cstddef>
#include <string>

namespace qbatt {

/// A file, or an empty folder, that a signal which ends the program takes with it while the object lives.
class RemovedAtTheEnd {
public:
  explicit RemovedAtTheEnd(const std::string& path);
  RemovedAtTheEnd(const RemovedAtTheEnd&) = delete;
  RemovedAtTheEnd& operator=(const RemovedAtTheEnd&) = delete;
  ~RemovedAtTheEnd();

private:
  std::size_t slot_;
};

/// Sixteen hexadecimal digits that nobody else draws.
std::string random_digits();

/// A name that nobody else has, STEM.<sixteen digits>.unfinished, for a file that is being written. Whatever lies there goes with
/// the object, or with the program where a signal ends it.
class TemporaryName {
public:
  explicit TemporaryName(const std::string& stem);
  TemporaryName(const TemporaryName&) = delete;
  TemporaryName& operator=(const TemporaryName&) = delete;
  ~TemporaryName();

  [[nodiscard]] const std::string& path() const { return path_; }

  static constexpr const char* suffix = ".unfinished";

private:
  std::string path_;
  RemovedAtTheEnd removed_;
};

/// Removes what is to be removed at the end, as the last act of a program. Async-signal-safe.
void remove_unfinished_files() noexcept;

}  // namespace qbatt
