#pragma once

#include <string_view>

namespace qbatt::cli {

/// Writes to the standard output; throws FileError where that fails, a full disk included.
void print_out(std::string_view text);

}  // namespace qbatt::cli
