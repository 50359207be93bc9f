#pragma once

#include <algorithm>

namespace qbatt::cuda {

/// A team of one thread, which has no neighbors: see kernels/team/team.hpp and kernels::ChebyshevTile for what a team offers.
struct SoloTeam {
  static constexpr int size = 1;
  static constexpr bool tensor = false;

  [[nodiscard]] int rank() const { return 0; }

  [[nodiscard]] int threads() const { return 1; }
  void barrier() const {}

  template <int count>
  void sums(double (&)[count]) const {}

  [[nodiscard]] double smallest(double value) const { return value; }

  template <int vectors>
  void exchange(const double (&)[vectors], const double (&)[vectors], double (&below)[vectors], double (&above)[vectors]) const {
    std::fill_n(below, vectors, 0.0);
    std::fill_n(above, vectors, 0.0);
  }
};

}  // namespace qbatt::cuda
