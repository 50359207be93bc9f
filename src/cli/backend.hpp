#pragma once

#include "options/work_options.hpp"
#include "qbatt/solve.hpp"

namespace qbatt::cli {

/// Fixes the backend for the whole command where it was left to qbatt, and says what it is, once, on stderr: where --backend auto
/// was given in so many words, and on a terminal. Called when nothing can be refused any more; `quiet` silences it.
void settle_backend(Request& request, const WorkOptions& options, bool quiet);

}  // namespace qbatt::cli
