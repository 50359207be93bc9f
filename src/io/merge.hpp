#pragma once

#include <string>
#include <vector>

#include "io/sweep_record.hpp"

namespace qbatt {

/// Puts the shards of one sweep, in any order, together in `path`, a file of their kind that then is as of a single run; the shards
/// stay. Returns what became of the rows.
/// Throws InputError, naming the files, where one is no shard or damaged, where they are of several sweeps, and where one is
/// missing or there twice; FileError where a file cannot be read or written.
RowTally merge_shards(const std::vector<std::string>& files, const std::string& path);

}  // namespace qbatt
