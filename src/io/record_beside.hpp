#pragma once

#include <optional>
#include <string>

#include "io/result_writer.hpp"
#include "io/sweep_record.hpp"

namespace qbatt {

/// The file beside the CSV file `path` that holds its record: FILE.sweep.json, or FILE.shard.json where it is one of several
/// shards.
std::string record_path(const std::string& path, const Shard& shard);

/// Writes that file: how the results came about, which rows of which sweep they are, their length and checksum. Called before
/// `path` is renamed to its name, so that no file of results is without its record.
void write_record_beside(const std::string& path, const FinishedRecord& record, const Provenance& provenance);

/// Writes the file beside `path` as the one beside the shard `from`, with another record.
void copy_record_beside(const std::string& from, const std::string& path, const FinishedRecord& record);

/// Removes those of results that `path` held before, where what it holds now has none.
void remove_records_beside(const std::string& path);

/// The record of such a file; nullopt where none lies beside `path` that was written for what `path` holds. Throws FileError where
/// a file that is there cannot be read.
std::optional<FinishedRecord> record_beside(const std::string& path);

/// Why record_beside() finds none, in words.
std::string why_no_record_beside(const std::string& path);

}  // namespace qbatt
