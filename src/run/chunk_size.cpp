#include "run/chunk_size.hpp"

#include <algorithm>

namespace qbatt {
namespace {

// A chunk is what an interruption can cost, and what one of several processes does at a time: at most a few seconds of work, unless
// a single system takes longer. With time series it also is what must fit into memory, three times where one is read, one solved
// and one written: states and populations of all times.
struct Limits {
  ChunkSize size;
  std::int64_t states;
  std::int64_t populations;
};
constexpr Limits on_cpu{.size = {.systems = 8192, .levels = 1 << 24, .seconds = 4}, .states = 1 << 19, .populations = 1 << 23};
// A device is filled by many systems only, and does in a second what a core does in minutes.
constexpr Limits on_device{
    .size = {.systems = 131'072, .levels = 1 << 28, .seconds = 400}, .states = 1 << 21, .populations = 1 << 25};
// All pairs of matrices, of which a core finds few in that time: hundreds at once, for several streams.
constexpr double seconds_of_matrices = 4000;

}  // namespace

ChunkSize chunk_size(const Request& request) {
  const Limits& most = request.backend == Backend::cuda ? on_device : on_cpu;
  ChunkSize size = most.size;
  if (request.backend == Backend::cuda && request.solver == Solver::dense) size.seconds = seconds_of_matrices;
  if (!request.times) return size;
  size.systems = std::min(size.systems, std::max<std::int64_t>(1, most.states / request.times->count));
  if (request.populations) size.levels = std::max<std::int64_t>(1, most.populations / request.times->count);
  return size;
}

}  // namespace qbatt
