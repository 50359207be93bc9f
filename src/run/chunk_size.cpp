#include "run/chunk_size.hpp"

#include <algorithm>

namespace qbatt {
namespace {

// A chunk is what an interruption can cost, and what one of several processes does at a time: at most a few seconds of work, unless
// a single system takes longer.
constexpr std::int64_t most_systems = 8192;
constexpr std::int64_t most_levels_together = 1 << 24;
constexpr double most_seconds = 4;
// With time series it also is what must fit into memory: states and populations of all times.
constexpr std::int64_t most_states = 1 << 19;
constexpr std::int64_t most_populations = 1 << 23;

}  // namespace

ChunkSize chunk_size(const Request& request) {
  ChunkSize size{.systems = most_systems, .levels = most_levels_together, .seconds = most_seconds};
  if (!request.times) return size;
  size.systems = std::min(size.systems, std::max<std::int64_t>(1, most_states / request.times->count));
  if (request.populations) size.levels = std::max<std::int64_t>(1, most_populations / request.times->count);
  return size;
}

}  // namespace qbatt
