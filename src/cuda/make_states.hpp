#pragma once

#include <memory>
#include <span>

#include "cuda/batches.hpp"
#include "cuda/chip_states.hpp"
#include "cuda/device_streams.hpp"
#include "cuda/shooting_descriptor.hpp"
#include "qbatt/solve.hpp"

namespace qbatt::cuda {

/// What a request wants of chains that are systems.
ChipStates::Wanted wanted_of(const Request& request);

/// The states of a batch's chains, in its order, by the device's stream, which must outlive them. `plans` are looked at where the
/// batch's solver is spectral and it is not on chip; `wanted` where it is.
std::unique_ptr<States> make_states(std::span<const LevelChain> chains, std::span<const ShootingPlan> plans, const Batch& batch,
                                    const ChipStates::Wanted& wanted, const Request& request, DeviceStream& device);

}  // namespace qbatt::cuda
