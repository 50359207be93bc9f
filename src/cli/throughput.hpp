#pragma once

#include <cstdint>

#include "qbatt/solve.hpp"

namespace qbatt::cli {

/// Wall times of one system, seconds, when many like it are solved at once.
struct Throughput {
  Row row;  ///< of the system, with the accuracy of what was timed
  Backend backend = Backend::cpu;
  std::size_t systems = 0;  ///< solved at once
  double prepare = 0;       ///< what precedes any state: eigenpairs and their certificate, where the solver has them
  double optimum = 0;       ///< search of the optimum and all observables there
  double state = 0;         ///< all observables at one time of a grid

  [[nodiscard]] double systems_per_second() const { return 1.0 / (prepare + optimum); }
};

/// Solves so many copies of a system at once that it takes at least `least_seconds`, and takes the best of three such runs.
/// The stages are told apart by what is asked for: nothing, the optimum, a grid of times.
Throughput measure_throughput(const CentralSpin& system, const Request& request, double least_seconds);

}  // namespace qbatt::cli
