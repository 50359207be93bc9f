#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace qbatt {

/// Hands over a whole file, block by block. Throws FileError "cannot read NAME: REASON".
void read_blocks(const std::string& path, const std::function<void(std::string_view block)>& take);

/// The text of a file. Throws FileError.
std::string read_file(const std::string& path);

}  // namespace qbatt
