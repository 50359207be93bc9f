#pragma once

#include <array>
#include <string>
#include <string_view>

#include "cli/command_line.hpp"

namespace qbatt::cli {

inline constexpr std::array<std::string_view, 3> shells{"bash", "zsh", "fish"};

/// What the shell, one of `shells`, reads to complete commands, options, values out of known sets, files and folders.
std::string completion_script(std::string_view shell, const Listing& listing);

}  // namespace qbatt::cli
