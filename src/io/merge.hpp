#pragma once

#include <string>
#include <vector>

#include "io/sweep_record.hpp"

namespace qbatt {

/// Puts the shards of one sweep, in any order, together in `path`, a file of their kind that then is as of a single run; the shards
/// stay. Returns what became of the rows.
/// Throws InputError, naming the files, where one is no shard or damaged, where they are of several sweeps, where one is missing or
/// there twice, and where it would replace what is no file of results or discard chunks, unless `overwrite`; FileError where a file
/// cannot be read or written.
RowTally merge_shards(const std::vector<std::string>& files, const std::string& path, bool overwrite = false);

}  // namespace qbatt
