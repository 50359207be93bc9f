#pragma once

#include <numeric>
#include <span>
#include <vector>

#include "cuda/batch_states.hpp"

namespace qbatt::test {

/// All observables and populations of all systems of a batch. Shape: t[count][times].
inline void evaluate_all(cuda::BatchStates& states, std::size_t count, std::span<const double> t,
                         cuda::BatchStates::Staging& staging) {
  std::vector<cuda::index> members(count);
  std::iota(members.begin(), members.end(), cuda::index{0});
  states.evaluate_slab({members, t, Detail::observables, LevelValues::populations}, staging);
}

}  // namespace qbatt::test
