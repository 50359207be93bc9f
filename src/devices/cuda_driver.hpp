#pragma once

#include <optional>
#include <string>
#include <vector>

#include "devices/arithmetic_rate.hpp"

namespace qbatt {

/// Why CUDA cannot be used, and what to do about it, each in words that follow a colon.
struct CudaAbsence {
  std::string reason;
  std::string remedy;
};

/// What the NVIDIA driver said. Versions are CUDA's, as 1000 major + 10 minor; statuses are CUresult, 0 for success.
struct CudaDriverAnswer {
  std::string unusable{};  ///< why libcuda.so.1 could not be asked at all; empty where it could
  int version = 0;         ///< the newest CUDA that it supports; 0: no driver behind the library
  int status = 0;          ///< of the first call that failed
  int devices = 0;
  std::vector<CudaDeviceTraits> traits{};  ///< of each device
};

/// Opens libcuda.so.1, starts the driver and counts its devices. Takes some 0.1 s where there is a driver.
CudaDriverAnswer ask_cuda_driver();

/// What an answer means for a program of this toolkit's major version (0: unknown); nullopt where there are devices to use.
std::optional<CudaAbsence> absence(const CudaDriverAnswer& answer, int needed_major);

/// Major version of the CUDA toolkit that this build was made with; 0 where it was made without one.
int built_with_cuda_major();

}  // namespace qbatt
