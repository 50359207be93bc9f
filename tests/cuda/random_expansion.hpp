#pragma once

#include <vector>

#include "kernels/chebyshev_tile.hpp"
#include "support/random_systems.hpp"

namespace qbatt::test {

/// An expansion with random entries, a random start and random coefficients.
struct RandomExpansion {
  kernels::ChebyshevKind kind;
  kernels::index levels, support;
  int orders;
  double center, scale;
  std::vector<double> diag, offdiag, start_re, start_im;  ///< [levels]
  std::vector<double> factors;                            ///< [orders][targets]

  RandomExpansion(Random& random, kernels::ChebyshevKind kind_, kernels::index levels_, int orders_, int targets)
      : kind(kind_),
        levels(levels_),
        support(random.integer(1, levels_)),
        orders(orders_),
        center(kind_ == kernels::ChebyshevKind::rotation ? 0.0 : random.uniform(-0.3, 0.3)),
        scale(random.uniform(0.3, 1.0)) {
    for (kernels::index k = 0; k < levels; ++k) {
      diag.push_back(random.uniform(-0.5, 0.5));
      offdiag.push_back(random.uniform(0.1, 0.6));
      start_re.push_back(random.uniform(-1.0, 1.0));
      start_im.push_back(random.uniform(-1.0, 1.0));
    }
    for (int n = 0; n < orders * targets; ++n) factors.push_back(random.uniform(-1.0, 1.0));
  }
};

}  // namespace qbatt::test
