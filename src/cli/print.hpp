#pragma once

#include <fmt/format.h>

#include <string_view>
#include <utility>

namespace qbatt::cli {

/// Writes to the standard output; throws FileError where that fails, a full disk included.
void print_out(std::string_view text);

/// Writes to the standard error as far as that takes it: a log that cannot be written stops nothing.
void write_err(std::string_view text) noexcept;

template <class... Arguments>
void print_err(fmt::format_string<Arguments...> format, Arguments&&... arguments) {
  write_err(fmt::format(format, std::forward<Arguments>(arguments)...));
}

}  // namespace qbatt::cli
