#pragma once

#include <memory>
#include <span>

#include "cuda/batch_states.hpp"
#include "cuda/batches.hpp"
#include "cuda/shooting_descriptor.hpp"
#include "kernels/cuda/linear_algebra.hpp"
#include "qbatt/solve.hpp"

namespace qbatt::cuda {

/// The states of a batch's systems, in its order. `chains` and `plans`, one a system of the list; plans are looked at where the
/// batch's solver is spectral. Stream and staging must outlive the states.
std::unique_ptr<States> make_states(std::span<const LevelChain> chains, std::span<const ShootingPlan> plans, const Batch& batch,
                                    const Request& request, const LinearAlgebra& linear_algebra, const Stream& stream,
                                    BatchStates::Staging& staging);

}  // namespace qbatt::cuda
