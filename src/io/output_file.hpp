#pragma once

#include <string>
#include <string_view>

namespace qbatt {

/// A file, or the standard output, that is written from its beginning. Every failed call throws a FileError that names the file
/// and the reason; so does a full disk that only shows at flush() or close().
class OutputFile {
public:
  /// Creates the file, or empties it.
  static OutputFile create(const std::string& path);
  static OutputFile standard_output();

  OutputFile(OutputFile&& other) noexcept;
  OutputFile(const OutputFile&) = delete;
  OutputFile& operator=(const OutputFile&) = delete;
  OutputFile& operator=(OutputFile&&) = delete;
  /// Closes without a check; what was not flushed is lost.
  ~OutputFile();

  void write(std::string_view text);
  /// Hands everything written so far to the operating system.
  void flush();
  /// Flushes, waits until the data is on the disk, and closes.
  void close();
  /// For a child process that writes in our place.
  [[nodiscard]] int descriptor() const { return descriptor_; }

private:
  OutputFile(std::string name, int descriptor, bool owned);
  [[noreturn]] void fail() const;

  std::string name_;
  int descriptor_;
  bool owned_;
  std::string buffer_;
};

/// A file that appears under its name only when commit() has succeeded; until then, and for good if it is never called, the data
/// lies in a neighbor that the destructor removes.
class AtomicFile {
public:
  explicit AtomicFile(const std::string& path);
  /// `unfinished_path` must lie in the same file system.
  AtomicFile(const std::string& path, const std::string& unfinished_path);
  AtomicFile(const AtomicFile&) = delete;
  AtomicFile& operator=(const AtomicFile&) = delete;
  ~AtomicFile();

  void write(std::string_view text) { file_.write(text); }
  void commit();
  [[nodiscard]] int descriptor() const { return file_.descriptor(); }
  /// For a library that fills the file by its name.
  [[nodiscard]] const std::string& unfinished_path() const { return unfinished_path_; }

private:
  std::string path_;
  std::string unfinished_path_;
  OutputFile file_;
  bool committed_ = false;
};

/// FileError: "cannot write NAME: No space left on device", from the error number.
[[noreturn]] void throw_cannot_write(const std::string& name, int error);

}  // namespace qbatt
