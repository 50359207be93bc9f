#pragma once

#include <cstddef>
#include <functional>
#include <memory>

#include "cuda/batch_states.hpp"
#include "kernels/cuda/linear_algebra.hpp"
#include "kernels/cuda/runtime.hpp"

namespace qbatt::cuda {

/// A stream with all that batches on it need and that takes milliseconds to make: library handles, page-locked memory.
struct DeviceStream {
  DeviceStream(int number, DenseRoutine routine) : device(number), linear_algebra(routine, stream) { staging.device = number; }

  int device;
  Stream stream;
  LinearAlgebra linear_algebra;
  BatchStates::Staging staging;
};

/// Somebody's for as long as it is held.
using HeldStream = std::unique_ptr<DeviceStream, std::function<void(DeviceStream*)>>;

/// A stream of the device that nobody holds: one that was held before, or a new one. They are kept for the life of the process.
/// Requires that the device is current. Throws BackendError.
HeldStream hold_stream(int device, DenseRoutine routine);

/// How many streams this process has made, with their handles: as many as were held at once at most, of a device and a routine.
std::size_t streams_made();

/// Bytes that all streams of a device may fill together: four fifths of what was free when the first of them was made, since what
/// they keep is not free later. Requires that a stream of it has been held.
std::size_t device_budget(int device);

}  // namespace qbatt::cuda
