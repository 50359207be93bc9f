#pragma once

#include <cstddef>
#include <cstdint>

#include "qbatt/solve.hpp"

namespace qbatt::cli {

/// How much of a sweep is solved and written at a time.
struct ChunkSize {
  std::size_t systems;
  std::int64_t levels;  ///< of all systems together, unless a single one has more
};

ChunkSize chunk_size(const Request& request);

}  // namespace qbatt::cli
