#pragma once

#include "qbatt/solve.hpp"

namespace qbatt {

/// What one system will take on the CPU, guessed from its size and symmetries alone. Rates are those of one core of a server of
/// 2024 with 512-bit vectors; real systems and machines are within a factor of a few.
struct Forecast {
  double n_eig = 0;    ///< eigenpairs
  double seconds = 0;  ///< of one core, the states at the request's times included
  double bytes = 0;    ///< working memory of the solver
};

Forecast forecast(const CentralSpin& system, const Request& request);

}  // namespace qbatt
