#pragma once

#include <fstream>
#include <functional>
#include <istream>
#include <string>
#include <string_view>

namespace qbatt {

/// FileError: "cannot read NAME: No such file or directory", from the error number, behind the option that names the file, if any.
[[noreturn]] void throw_cannot_read(const std::string& name, int error, std::string_view option = {});

/// Hands over a whole file, block by block. Throws FileError as above.
void read_blocks(const std::string& path, const std::function<void(std::string_view block)>& take, std::string_view option = {});

/// A file that is read from its beginning, or the standard input where its path is "-".
class InputText {
public:
  /// Throws FileError where the file cannot be opened, which names the option, if any.
  explicit InputText(const std::string& path, std::string_view option = {});
  [[nodiscard]] std::istream& stream() { return stream_; }
  /// In messages.
  [[nodiscard]] const std::string& name() const { return name_; }

private:
  std::ifstream file_;
  std::istream& stream_;
  std::string name_;
};

/// The text of a file. Throws FileError, which names the option, if any.
std::string read_file(const std::string& path, std::string_view option = {});

}  // namespace qbatt
