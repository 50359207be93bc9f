#pragma once

#include <cstdint>
#include <istream>
#include <span>
#include <string>
#include <vector>

#include "qbatt/sweep.hpp"

namespace qbatt {

CentralSpin make_system(const ParameterValues& values);
/// The inverse.
ParameterValues values_of(const CentralSpin& system);

/// The rows of a systems file, with the line each came from, or of columns in memory.
struct SystemRows {
  std::string path;  ///< empty: columns in memory
  std::vector<CentralSpin> systems;
  std::vector<std::int64_t> lines;  ///< of columns in memory none
  std::int64_t rounded = 0;         ///< values of whole parameters that links gave and that were not whole
};

/// Where row number i came from, for messages.
std::string place_of(const SystemRows& rows, std::size_t i);

/// The rows of columns in memory, as of SweepPlan::from_columns(). Rows need not be physical.
SystemRows systems_of_columns(std::span<const SystemColumn> columns, const AxisTexts& constants);

/// Reads `in`, which messages call `path`. A parameter that has no column takes its value from `constants`, a number or a link
/// each, or has its default. Throws InputError naming line and column where it is not understood, and FileError where
/// reading fails. Rows need not be physical.
SystemRows read_systems(std::istream& in, const std::string& path, const AxisTexts& constants = {});

/// The same from a file, or from the standard input where `path` is "-". Throws FileError where the file cannot be read.
SystemRows read_systems(const std::string& path, const AxisTexts& constants = {});

}  // namespace qbatt
