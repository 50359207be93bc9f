#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "io/checksum.hpp"
#include "io/fingerprint.hpp"
#include "qbatt/solve.hpp"

namespace qbatt {

/// What this program writes and reads: a global attribute of netCDF, and a member of every record. It grows when files of before
/// can no longer be taken up or merged.
inline constexpr int format_version = 3;

/// One of several runs that share a sweep, as in --shard 2/3; 1/1 is all of it.
struct Shard {
  std::int64_t index = 1;  ///< from 1
  std::int64_t count = 1;
  bool operator==(const Shard&) const = default;
};

/// Which rows of which sweep a results file holds.
struct SweepRecord {
  Fingerprint fingerprint;  ///< of the whole sweep
  Shard shard;
  std::int64_t first_row = 0;  ///< of the whole sweep's, from 0
  std::int64_t rows = 0;

  /// What differs first, in words; see Fingerprint::difference.
  [[nodiscard]] std::string difference(const SweepRecord& here, const std::string& where, const std::string& here_name) const;
};

/// Rows by what became of them.
struct RowTally {
  std::int64_t finished = 0;
  std::int64_t inaccurate = 0;
  std::int64_t failed = 0;

  RowTally& operator+=(const RowTally& other);
  bool operator==(const RowTally&) const = default;
};

RowTally tally_of(const Table& chunk);

/// What a complete results file says of itself: an attribute of netCDF, a file beside CSV.
struct FinishedRecord {
  SweepRecord sweep;
  RowTally tally;
  std::optional<Checksum> checksum;  ///< of a CSV file; of the data of netCDF, which holds the record itself

  /// A JSON object; `more`, members of another, stand before its own.
  [[nodiscard]] std::string json(const std::string& more = "{}") const;
  /// nullopt where the text is not what json() makes, or is of another format_version.
  static std::optional<FinishedRecord> from_json(const std::string& text);
  /// Why from_json() returns nullopt, in words; empty where it does not.
  static std::string why_not(const std::string& text);
};

}  // namespace qbatt
