#pragma once

#include "qbatt/errors.hpp"

namespace qbatt::cuda {

/// The device has no room for what was to be done at once; smaller pieces may fit.
class OutOfDeviceMemory : public BackendError {
public:
  using BackendError::BackendError;
};

}  // namespace qbatt::cuda
