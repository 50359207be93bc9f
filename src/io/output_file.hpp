#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "io/temporary_name.hpp"

namespace qbatt {

/// A file or a stream that is written from its beginning. Every failed call throws a FileError that names the file and the reason;
/// so does a full disk that only shows at flush() or close().
class OutputFile {
public:
  /// Creates the file, which must not be there. `name` stands for it in messages, where it is not empty.
  static OutputFile create(const std::string& path, const std::string& name = {});
  /// "-", the standard output, or a device.
  static OutputFile stream(const std::string& path);
  static OutputFile standard_output() { return stream("-"); }

  OutputFile(OutputFile&& other) noexcept;
  OutputFile(const OutputFile&) = delete;
  OutputFile& operator=(const OutputFile&) = delete;
  OutputFile& operator=(OutputFile&&) = delete;
  /// Closes without a check; what was not flushed is lost.
  ~OutputFile();

  void write(std::string_view text);
  /// Hands everything written so far to the operating system.
  void flush();
  /// Flushes, waits until the data is on the disk, and closes, once.
  void close();
  /// Gives the file the permissions of the one that it is to replace, if any.
  void take_permissions_of(const std::string& replaced) const;

private:
  OutputFile(std::string name, int descriptor, bool owned);
  [[noreturn]] void fail() const;

  std::string name_;
  int descriptor_;
  bool owned_;
  std::string buffer_;
};

/// The one way to write a file: it appears under its name only when commit() has succeeded. Until then, and for good if that is
/// never called, the data lies under a TemporaryName, so that nobody reads half a file and several that write the same name do not
/// meet. A file that is replaced leaves its permissions, and a symbolic link stays, as its target is written. What output_path()
/// finds to be a stream is written as one.
class AtomicFile {
public:
  /// Throws FileError where `path` is something that check_can_be_file() refuses.
  explicit AtomicFile(const std::string& path);
  /// The temporary name is made from `stem`, in the same file system, in place of `path`.
  AtomicFile(const std::string& path, const std::string& stem);

  void write(std::string_view text) { file_.write(text); }
  /// Waits until everything is on the disk; then there is only commit().
  void close() { file_.close(); }
  void commit();
  /// For a library that fills the file by its name; empty for a stream.
  [[nodiscard]] std::string unfinished_path() const { return temporary_ ? temporary_->path() : std::string(); }

private:
  std::string path_;
  std::optional<TemporaryName> temporary_;  // none for a stream
  OutputFile file_;
};

/// FileError: "cannot write NAME: No space left on device", from the error number.
[[noreturn]] void throw_cannot_write(const std::string& name, int error);

}  // namespace qbatt
