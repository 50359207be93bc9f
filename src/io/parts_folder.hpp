#pragma once

#include <cstddef>
#include <string>

namespace qbatt {

/// FILE.parts/, the chunks of a results file that is not complete: 00000000.csv, 00000001.csv, … or the same with .nc. Files that
/// nobody here wrote stay where they are.
class PartsFolder {
public:
  /// For the results `file`, whose suffix (".csv", ".nc") the parts have too. Discards the parts of an earlier run and tries
  /// whether the folder takes files. Throws FileError where `file` cannot be written.
  explicit PartsFolder(const std::string& file);
  PartsFolder(const PartsFolder&) = delete;
  PartsFolder& operator=(const PartsFolder&) = delete;
  /// Leaves no trace where there are no parts.
  ~PartsFolder();

  [[nodiscard]] const std::string& path() const { return folder_; }
  [[nodiscard]] std::size_t count() const { return count_; }
  [[nodiscard]] std::string part(std::size_t i) const;
  /// Where the parts are put together.
  [[nodiscard]] std::string unfinished_file() const;

  /// Part number count() is complete under its name.
  void add() { ++count_; }
  /// Removes the parts, and the folder where nothing else lies in it.
  void discard() noexcept;

private:
  [[nodiscard]] bool is_part(const std::string& name) const;

  std::string suffix_;
  std::string folder_;
  std::size_t count_ = 0;
};

}  // namespace qbatt
