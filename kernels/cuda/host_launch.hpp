#pragma once

#include <thrust/copy.h>
#include <thrust/iterator/counting_iterator.h>
#include <thrust/sort.h>
#include <thrust/system/cpp/execution_policy.h>

#include <algorithm>
#include <functional>

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

template <class Predicate>
index select_indices(const Stream&, index count, const Predicate& wanted, index* selected) {
  const thrust::counting_iterator<index> first(0);
  return thrust::copy_if(thrust::cpp::par, first, first + count, selected, wanted) - selected;
}

template <class T>
void sort_rows_descending(const Stream&, const T* in, T* out, index rows, index length) {
  std::copy_n(in, rows * length, out);
  for (index row = 0; row < rows; ++row)
    thrust::sort(thrust::cpp::par, out + row * length, out + (row + 1) * length, std::greater<T>{});
}

}  // namespace qbatt::cuda
