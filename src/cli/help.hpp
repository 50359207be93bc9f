#pragma once

#include <cstddef>
#include <string>

#include "cli/command_line.hpp"

namespace qbatt::cli {

/// "default: 1; example: --omega-b 2.5"; empty where there is neither.
std::string default_and_example(const DescribedOption& option);

/// "qbatt plot [OPTIONS] FILE", "qbatt COMMAND [OPTIONS]"
std::string usage_of(const CommandLine& command, const Listing& listing);

/// The help of a command of the listing, or of its program, which lists the commands: in lines of at most `columns` characters, as
/// far as its words allow.
std::string help_text(const CommandLine& command, const Listing& listing, std::size_t columns);

}  // namespace qbatt::cli
