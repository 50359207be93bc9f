#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "model/prepared_work.hpp"
#include "qbatt/solve.hpp"

namespace qbatt {

/// How much of a sweep a backend is handed, and results of how much are written, at a time: what an interruption can cost, what one
/// of several processes does at a time, and what must fit into memory three times, where one part is read, one solved, one written.
struct ChunkLimits {
  std::int64_t systems;
  std::int64_t levels;       ///< of all systems together, unless a single one has more
  double seconds;            ///< of one core, as predicted, unless a single system takes longer
  std::int64_t states;       ///< systems x times, where there are time series
  std::int64_t populations;  ///< levels x times, where series hold them
};

/// What solve() hands over to. A new backend is a line in the table of backends.cpp.
struct BackendEntry {
  Backend id;
  /// solve() in two steps, for a valid request; both must outlive what is returned. Throws BackendError where nothing is there to
  /// compute with, at the second step at the latest.
  std::unique_ptr<PreparedWork> (*prepare)(std::span<const CentralSpin> systems, const Request& request);
  /// One report a device, or one that says why there is none.
  std::vector<DeviceReport> (*find_devices)();
  /// Why Backend::automatic passes it over for a request that the CPU is predicted to take so long for, about systems of up to so
  /// many levels; nullopt where it does not.
  std::optional<std::string> (*unsuited)(const Request& request, double cpu_seconds, std::int64_t most_levels);
  /// For what this solver is asked for. The same on every run, so that one that is taken up has the same chunks.
  ChunkLimits (*chunk_limits)(Solver solver);
};

/// All backends; Backend::automatic is the first one that is suited. The CPU is last: it always is.
std::span<const BackendEntry> backends();

/// The entry of a backend that is not Backend::automatic.
const BackendEntry& backend(Backend id);

}  // namespace qbatt
