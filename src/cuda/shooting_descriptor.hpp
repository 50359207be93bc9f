#pragma once

#include "kernels/cuda/shooting_stages.hpp"
#include "model/level_chain.hpp"

namespace qbatt::cuda {

inline SystemDescriptor descriptor_of(const LevelChain& chain) {
  return {chain.model, chain.dim};
}

/// How a system is to be shot at, and for how many pairs there must be room.
struct ShootingPlan {
  ShootingDescriptor descriptor;
  index pairs;  ///< see padded_pairs()
};

/// By semiclassics, on the host: microseconds a system, some hundred where the diagonal varies. Requires A != 0 and m > 0.
ShootingPlan plan_shooting(const LevelChain& chain);

}  // namespace qbatt::cuda
