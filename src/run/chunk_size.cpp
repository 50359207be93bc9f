#include "run/chunk_size.hpp"

#include <algorithm>

#include "api/backends.hpp"

namespace qbatt {

ChunkSize chunk_size(const Request& request) {
  const ChunkLimits most =
      backend(request.backend == Backend::automatic ? Backend::cpu : request.backend).chunk_limits(request.solver);
  ChunkSize size{.systems = most.systems, .levels = most.levels, .seconds = most.seconds};
  if (!request.times) return size;
  size.systems = std::min(size.systems, std::max<std::int64_t>(1, most.states / request.times->count));
  if (request.populations) size.levels = std::max<std::int64_t>(1, most.populations / request.times->count);
  return size;
}

}  // namespace qbatt
