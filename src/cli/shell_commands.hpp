#pragma once

#include "cli/commands.hpp"

namespace qbatt::cli {

/// `qbatt completion SHELL` and `qbatt help COMMAND`. The listing must outlive the command, and may be filled after it was added.
Command add_completion(CommandLine& command, const Listing& listing);
Command add_help(CommandLine& command, const Listing& listing);

/// `qbatt shell-files FOLDER`, for the build: completions and manual as they are installed below share.
Command add_shell_files(CommandLine& command, const Listing& listing);

/// Prints the help of a command of the listing, or of its program, in the width of the terminal.
void print_help(const CommandLine& command, const Listing& listing);

}  // namespace qbatt::cli
