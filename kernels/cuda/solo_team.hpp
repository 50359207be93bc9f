#pragma once

#include <algorithm>

namespace qbatt::cuda {

/// A team of one thread, which has no neighbors: see kernels::ChebyshevTile for what a team offers.
struct SoloTeam {
  static constexpr int size = 1;

  [[nodiscard]] int rank() const { return 0; }

  template <int vectors>
  void exchange(const double (&)[vectors], const double (&)[vectors], double (&below)[vectors], double (&above)[vectors]) const {
    std::fill_n(below, vectors, 0.0);
    std::fill_n(above, vectors, 0.0);
  }
};

}  // namespace qbatt::cuda
