#pragma once

namespace qbatt::cli {

/// The program qbatt: parses, runs one command, tells what went wrong in one line on stderr. Returns the exit code.
int run_program(int argc, char** argv);

}  // namespace qbatt::cli
