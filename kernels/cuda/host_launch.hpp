#pragma once

#include <thrust/system/cpp/execution_policy.h>

#include "kernels/cuda/host_runtime.hpp"
#include "kernels/cuda/launch_size.hpp"
#include "kernels/cuda/solo_team.hpp"
#include "kernels/team/arena.hpp"

// Launches on the host: see launch.hpp.
namespace qbatt::cuda {

inline constexpr std::size_t arena_line = 32;
struct alignas(arena_line) ArenaLine {
  unsigned char bytes[arena_line];
};

/// From the last item to the first: no stage may rely on an order.
template <class Body>
void launch(const Stream&, index items, const Body& body) {
  for (index i = items; i-- > 0;) body(i);
}

template <int threads, class Body>
void launch_teams(const Stream&, index items, const Body& body) {
  SoloTeam team;
  for (index i = items; i-- > 0;) body(team, i);
}

/// Teams of a device are one thread here.
using LaneTeam = SoloTeam;
template <bool tensor_cores>
using WholeBlockTeam = SoloTeam;
using BlockOfAnySize = SoloTeam;

/// f(team, arena, i) likewise, with an arena of `bytes` for each, filled with a pattern that reads as NaN.
template <class Team, class Body>
void launch_teams_in_arenas(const Stream& stream, int, index items, const ArenaSize& size, const Body& body) {
  const std::size_t near = size.near_bytes / arena_line * arena_line;
  const std::size_t lines = (size.bytes + near) / arena_line + 1;
  SoloTeam team;
  const DeviceBuffer<ArenaLine> memory(lines, stream);
  for (index i = items; i-- > 0;) {
    std::memset(memory.data(), 0xff, lines * sizeof(ArenaLine));
    body(team, kernels::Arena(memory.data(), near, memory.data() + near / arena_line), i);
  }
}

/// How Thrust's algorithms run in the order of a stream.
inline auto in_order_of(const Stream&) {
  return thrust::cpp::par;
}

/// A device sorts short rows by a block each.
template <class T>
bool sort_short_rows(const Stream&, const T*, T*, index, index) {
  return false;
}

}  // namespace qbatt::cuda
