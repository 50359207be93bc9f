#include "io/merge.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <utility>

#include "io/formats.hpp"
#include "io/results_place.hpp"
#include "qbatt/errors.hpp"
#include "text/file_status.hpp"
#include "text/input_file.hpp"

namespace qbatt {
namespace {

struct ShardFile {
  std::string path;
  FinishedRecord record;
};

ShardFile open_shard(const std::string& path) {
  if (kind_of(path) == FileKind::none) static_cast<void>(read_file(path));  // throws the system's reason
  std::optional<FinishedRecord> record = find_record(path);
  if (!record) {
    const std::string why = format_of(path).why_no_record(path);
    throw InputError(fmt::format("{} is not a shard of a sweep, or it was changed: {}", path, why));
  }
  if (record->sweep.shard.count < 2) throw InputError(fmt::format("{} is not a shard of a sweep: it holds all of it", path));
  return {path, std::move(*record)};
}

void check_same_sweep(const ShardFile& first, const ShardFile& other) {
  if (&format_of(first.path) != &format_of(other.path))
    throw InputError(fmt::format("{} and {} are of different formats", first.path, other.path));
  const std::string difference =
      first.record.sweep.fingerprint.difference(other.record.sweep.fingerprint, first.path, "in " + other.path);
  if (!difference.empty())
    throw InputError(fmt::format("{} and {} are of different sweeps: {}", first.path, other.path, difference));
  const Shard& a = first.record.sweep.shard;
  const Shard& b = other.record.sweep.shard;
  if (a.count != b.count)
    throw InputError(fmt::format("{} is shard {}/{}, but {} is {}/{}", first.path, a.index, a.count, other.path, b.index, b.count));
}

// `shards` in order.
void check_complete(const std::vector<ShardFile>& shards) {
  const std::int64_t count = shards.front().record.sweep.shard.count;
  std::int64_t row = 0;
  std::int64_t index = 1;
  for (std::size_t i = 0; i < shards.size(); ++i, ++index) {
    const SweepRecord& sweep = shards[i].record.sweep;
    if (sweep.shard.index < index) {
      throw InputError(
          fmt::format("shard {}/{} is there twice: {} and {}", sweep.shard.index, count, shards[i - 1].path, shards[i].path));
    }
    if (sweep.shard.index > index) throw InputError(fmt::format("shard {}/{} is missing", index, count));
    if (sweep.first_row != row) {
      throw InputError(
          fmt::format("{} begins at row {} in place of {}: the shards come from machines that cut the sweep differently",
                      shards[i].path, sweep.first_row, row));
    }
    row += sweep.rows;
  }
  if (index <= count) throw InputError(fmt::format("shard {}/{} is missing", index, count));
}

std::vector<ShardFile> open_all(const std::vector<std::string>& files) {
  std::vector<ShardFile> shards;
  std::ranges::transform(files, std::back_inserter(shards), open_shard);
  for (const ShardFile& shard : shards) check_same_sweep(shards.front(), shard);
  std::ranges::stable_sort(shards, {}, [](const ShardFile& shard) { return shard.record.sweep.shard.index; });
  check_complete(shards);
  return shards;
}

FinishedRecord whole(const std::vector<ShardFile>& shards) {
  FinishedRecord record;
  record.sweep.fingerprint = shards.front().record.sweep.fingerprint;
  for (const ShardFile& shard : shards) {
    record.sweep.rows += shard.record.sweep.rows;
    record.tally += shard.record.tally;
  }
  return record;
}

}  // namespace

RowTally merge_shards(const std::vector<std::string>& files, const std::string& path, bool overwrite) {
  const std::vector<ShardFile> shards = open_all(files);
  const ResultsFormat& format = format_of(path);
  if (&format != &format_of(shards.front().path))
    throw InputError(fmt::format("-o: {} must have the suffix of the shards, such as {}", path, shards.front().path), "-o");
  for (const ShardFile& shard : shards) {
    std::error_code error;
    if (std::filesystem::equivalent(shard.path, path, error))
      throw InputError(fmt::format("-o: {} is one of the shards, which are kept", path), "-o");
  }
  const FinishedRecord record = whole(shards);
  std::vector<std::string> paths;
  std::ranges::transform(shards, std::back_inserter(paths), &ShardFile::path);
  if (!overwrite) check_replaces_results(path);
  const ResultsPlace place(path, overwrite);
  format.merge(paths, record, path, place.stem());
  return record.tally;
}

}  // namespace qbatt
