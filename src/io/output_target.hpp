#pragma once

#include <string>

namespace qbatt {

/// Where a name for output leads: the file behind symbolic links, which need not be there yet, so that the link stays and its
/// target is written; "-", the standard output, for "-", /dev/stdout and links to that.
std::string output_path(const std::string& name);

/// Whether `path`, from output_path(), is written as a stream, which keeps nothing that could be replaced: "-" and /dev/null.
bool is_stream(const std::string& path);

/// Throws FileError, naming the reason, unless `path` is a stream, a file that may be written, or not there: a folder, FIFO,
/// socket or device is never replaced by a file.
void check_can_be_file(const std::string& path);

/// Whether a file lies there that is not empty.
bool holds_something(const std::string& path);

}  // namespace qbatt
