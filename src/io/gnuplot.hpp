#pragma once

#include <string>

namespace qbatt {

/// Runs gnuplot on `script`, which sets a terminal, and keeps what it writes to its standard output as the picture `path`, which
/// appears only when complete. Throws InputError where something else than a picture is there, BackendError where gnuplot is not
/// installed, and FileError where it fails or the file cannot be written.
void draw_picture(const std::string& path, const std::string& script);

}  // namespace qbatt
