#pragma once

#include <string>

#include "cli/command_line.hpp"

namespace qbatt::cli {

/// The page of the manual, section 1, of a command of the listing, or of its program, which lists the commands and the exit codes:
/// in the macros of man(7).
std::string man_page(const CommandLine& command, const Listing& listing);

/// What it is called: "qbatt-sweep", or "qbatt" for the program.
std::string man_page_name(const CommandLine& command, const Listing& listing);

}  // namespace qbatt::cli
