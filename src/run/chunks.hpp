#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "qbatt/solve.hpp"
#include "qbatt/sweep.hpp"
#include "run/cost_profile.hpp"

namespace qbatt {

/// A part of a sweep that is solved and written at once.
struct Chunk {
  RowRange rows;
  double seconds = 0;  ///< of one core, as predicted
};

/// Cuts `rows` of the sweep into chunks, in order: within chunk_size(request), each of at least one row.
std::vector<Chunk> cut_into_chunks(const SweepPlan& plan, const Request& request, const CostProfile& profile, const RowRange& rows);

/// The order in which several processes take the chunks: what takes longer than others may take together first, the longest first;
/// then the rest as they come. A permutation of their numbers.
std::vector<std::size_t> order_of_work(const std::vector<Chunk>& chunks);

/// Reads the systems of chunks. Going forward skips what lies between, going back begins at the first row again.
class ChunkReader {
public:
  explicit ChunkReader(const SweepPlan& plan) : plan_(plan) {}
  std::vector<CentralSpin> read(const RowRange& rows);

private:
  const SweepPlan& plan_;
  std::optional<SweepCursor> cursor_;
  std::int64_t next_row_ = 0;
};

}  // namespace qbatt
