#pragma once

#include <cstddef>
#include <cstdint>

#include "qbatt/solve.hpp"

namespace qbatt {

/// How much of a sweep is solved and written at a time. Depends on the request's physics, solver and backend alone, which a run
/// that is taken up has kept, so that it has the same chunks.
struct ChunkSize {
  std::int64_t systems;
  std::int64_t levels;  ///< of all systems together, unless a single one has more
  double seconds;       ///< of one core, as predicted, unless a single system takes longer
};

/// Within what the backend of the request takes (ChunkLimits in api/backends.hpp), the CPU where it is not chosen yet.
ChunkSize chunk_size(const Request& request);

}  // namespace qbatt
