#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "devices/arithmetic_rate.hpp"

// Where the CUDA pipeline is measured: the first GPU (cuda_machine.cpp), or the host in its place (cuda_machine_on_host.cpp).
namespace qbatt::bench {

/// Why there is nothing to measure on; nullopt where there is.
std::optional<std::string> absence_of_machine();

/// For the record: keys and values.
std::vector<std::pair<std::string, std::string>> describe_machine();

/// What the driver tells; all 0 on the host.
CudaDeviceTraits machine_traits();

}  // namespace qbatt::bench
