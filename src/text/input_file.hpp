#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace qbatt {

/// FileError: "cannot read NAME: No such file or directory", from the error number, behind the option that names the file, if any.
[[noreturn]] void throw_cannot_read(const std::string& name, int error, std::string_view option = {});

/// Hands over a whole file, block by block. Throws FileError as above.
void read_blocks(const std::string& path, const std::function<void(std::string_view block)>& take, std::string_view option = {});

/// The text of a file. Throws FileError, which names the option, if any.
std::string read_file(const std::string& path, std::string_view option = {});

}  // namespace qbatt
