#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "devices/arithmetic_rate.hpp"
#include "model/prepared_work.hpp"
#include "qbatt/solve.hpp"

/// CUDA as seen from the program, which links nothing of it: the driver is asked for devices, and only where it has some the module
/// libqbatt_cuda.so is opened, which costs up to a second. Both happen at most once a process, when first needed.
namespace qbatt::cuda_module {

/// solve() by the module, in two steps; systems and request are valid. Throws BackendError, saying why and what to do, where no
/// device can be used.
std::unique_ptr<PreparedWork> prepare(std::span<const CentralSpin> systems, const Request& request);

/// One report a device, or one that says why there is none.
std::vector<DeviceReport> find_devices();

/// What the CPU must be predicted to take before a device is woken, which itself takes up to a second.
inline constexpr double least_cpu_seconds = 5;

/// Why a request that leaves the choice to qbatt, that the CPU is predicted to take so long for, and whose largest system has so
/// many levels, is not for CUDA; nullopt where it is. The driver is asked last.
std::optional<std::string> unsuited(const Request& request, double cpu_seconds, std::int64_t most_levels);

/// What a request computes on: the devices that it names, else all that can be used; empty where there is none. Requires that the
/// devices named are there.
std::vector<CudaDeviceTraits> used_devices(const Request& request);

}  // namespace qbatt::cuda_module
