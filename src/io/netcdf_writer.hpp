#pragma once

#include <memory>
#include <string>

#include "io/result_writer.hpp"

namespace qbatt {

/// Whether this build can write netCDF.
bool has_netcdf();

/// A writer of netCDF-4. Chunk i lies in FILE.parts/<i>.nc, written under another name and renamed; finish() puts all of them
/// together, compressed, in the same folder and renames the result to FILE. Memory is bounded by the largest chunk.
std::unique_ptr<ResultWriter> open_netcdf(const std::string& path, const ResultsLayout& layout, const Provenance& provenance);

}  // namespace qbatt
