#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "qbatt/solve.hpp"

namespace qbatt {

/// What solve() hands over to. A new backend is a line in the table of backends.cpp.
struct BackendEntry {
  Backend id;
  /// solve() for a valid request. Throws BackendError where nothing is there to compute with.
  Table (*solve)(std::span<const CentralSpin> systems, const Request& request);
  /// One report a device, or one that says why there is none.
  std::vector<DeviceReport> (*find_devices)();
  /// Why Backend::automatic passes it over for a request that the CPU is predicted to take so long for, about systems of up to so
  /// many levels; nullopt where it does not.
  std::optional<std::string> (*unsuited)(const Request& request, double cpu_seconds, std::int64_t most_levels);
};

/// All backends; Backend::automatic is the first one that is suited. The CPU is last: it always is.
std::span<const BackendEntry> backends();

/// The backend of the request, which is not Backend::automatic.
const BackendEntry& backend(Backend id);

}  // namespace qbatt
