#pragma once

#include <thrust/system/cpp/execution_policy.h>

#include "kernels/cuda/host_runtime.hpp"
#include "kernels/cuda/solo_team.hpp"

// Launches on the host: see launch.hpp.
namespace qbatt::cuda {

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
