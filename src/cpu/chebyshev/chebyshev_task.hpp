#pragma once

#include "cpu/isa/isa.hpp"

namespace qbatt::cpu {

/// Doubles beyond each end of a level array that the Chebyshev kernels may read, and up to which they round the number of levels.
inline constexpr index chebyshev_margin = 32;

/// One time to which the recurrence is summed.
struct ChebyshevOutput {
  int order;             ///< last order that matters
  const double* factor;  ///< [order + 2] (2 - [n = 0]) J_n(h s); factor[order + 1] = 0
  double* re;            ///< [levels], zero before
  double* im;            ///< likewise; null where the diagonal is constant
};

/// A run of the recurrence from a state that is zero from level `support` on. Level arrays have chebyshev_margin doubles around.
struct ChebyshevTask {
  index levels;
  index support;
  bool constant_diagonal;
  const double* coupling;  ///< see kernels::ChebyshevMatrix
  const double* center;
  int vectors;          ///< 2 where the start has an imaginary part, else 1
  double* here[2];      ///< the start; destroyed
  double* previous[2];  ///< zero before
  int outputs;
  const ChebyshevOutput* output;  ///< by rising order
  StopWatch stop{};
};

}  // namespace qbatt::cpu
