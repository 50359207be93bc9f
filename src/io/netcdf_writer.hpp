#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "io/result_writer.hpp"

namespace qbatt {

/// A writer of netCDF-4. Chunk i lies in FILE.parts/<i>.nc, written under another name and renamed; finish() puts all of them
/// together, compressed, in the same folder and renames the result to FILE. Memory is bounded by the largest chunk.
std::unique_ptr<ResultWriter> open_netcdf(const std::string& path, const ResultsLayout& layout, const Provenance& provenance,
                                          const ResultsBegin& begin);

/// The record in the attributes of a file; nullopt where it is not netCDF or has none.
std::optional<FinishedRecord> netcdf_record(const std::string& path);

/// Puts complete results of one layout together in `path`, in this order, with `record` for theirs and the attributes of the first.
/// Throws FileError where a file cannot be read or written or has another layout than the first.
void merge_netcdf(const std::vector<std::string>& files, const FinishedRecord& record, const std::string& path);

}  // namespace qbatt
