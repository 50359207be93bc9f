#pragma once

#include <cstddef>

namespace qbatt::cli {

/// Columns of text that fit where `descriptor` leads to: the narrower of what COLUMNS says and what the terminal says, and 80 where
/// neither does, as on a pipe. At least 20.
std::size_t columns_of(int descriptor);

/// Whether `descriptor` leads to a terminal on which a line can be written over. One that calls itself dumb, or nothing at all, is
/// treated like a log.
bool rewrites_lines(int descriptor);

}  // namespace qbatt::cli
