#pragma once

#include <cstdint>
#include <istream>
#include <string>
#include <vector>

#include "qbatt/sweep.hpp"

namespace qbatt {

CentralSpin make_system(const ParameterValues& values);

/// The rows of a systems file, with the line each came from.
struct SystemRows {
  std::string path;
  std::vector<CentralSpin> systems;
  std::vector<std::int64_t> lines;
};

/// Reads `in`, which messages call `path`. Throws InputError naming line and column where it is not understood, and FileError where
/// reading fails. Rows need not be physical.
SystemRows read_systems(std::istream& in, const std::string& path);

/// Throws FileError where the file cannot be read, InputError naming line and column where it is not understood. Rows need not be
/// physical.
SystemRows read_systems(const std::string& path);

}  // namespace qbatt
