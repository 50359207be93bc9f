#pragma once

#include "kernels/cuda/shooting_stages.hpp"
#include "qbatt/central_spin.hpp"

namespace qbatt::cuda {

/// How a system is to be shot at, and for how many pairs there must be room.
struct ShootingPlan {
  ShootingDescriptor descriptor;
  index pairs;  ///< see padded_pairs()
};

/// By semiclassics, on the host: microseconds a system, some hundred where the diagonal varies. Requires A != 0 and m > 0.
ShootingPlan plan_shooting(const CentralSpin& system);

}  // namespace qbatt::cuda
