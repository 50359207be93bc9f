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
  std::int64_t rounded = 0;  ///< values of whole parameters that links gave and that were not whole
};

/// Reads `in`, which messages call `path`. A parameter that has no column takes its value from `constants`, a number or a link
/// each, or has its default. Throws InputError naming line and column where it is not understood, and FileError where
/// reading fails. Rows need not be physical.
SystemRows read_systems(std::istream& in, const std::string& path, const AxisTexts& constants = {});

/// The same from a file, or from the standard input where `path` is "-". Throws FileError where the file cannot be read.
SystemRows read_systems(const std::string& path, const AxisTexts& constants = {});

}  // namespace qbatt
