#pragma once

#include <string>

namespace qbatt {

/// Runs gnuplot on `script`; its standard output goes to `output`, a file descriptor. Returns what it complained of, empty where
/// it succeeded. Throws BackendError where gnuplot is not installed.
std::string run_gnuplot(const std::string& script, int output);

}  // namespace qbatt
