#pragma once

#include <vector>

#include "cpu/spectral/eigenpairs.hpp"

namespace qbatt::cpu {

/// An EnergyForm that owns what it views.
struct OwnedForm {
  bool cross = false;
  std::vector<double> row_lambda;
  std::vector<double> column_lambda;
  std::vector<double> cosine_matrix;  // [row][column]
  std::vector<double> sine_matrix;

  [[nodiscard]] EnergyForm view() const {
    return {.rows = static_cast<std::int64_t>(row_lambda.size()),
            .columns = static_cast<std::int64_t>(column_lambda.size()),
            .cross = cross,
            .row_lambda = row_lambda.data(),
            .column_lambda = column_lambda.data(),
            .cosine_matrix = cosine_matrix.data(),
            .sine_matrix = sine_matrix.data()};
  }
};

/// Which pairs meet in the energy, and how the sums over kept levels become entries of its matrix.
///
/// The level less the middle of the chain changes its sign under reflection. So the two parities of a folded chain meet only each
/// other, unless reflection also exchanges even with odd levels where those move with cosine and sine. With K_0 the sums over even
/// levels and K_1 those over odd ones, p the parities and C, S the phase factors with the copies that each pair stands for, the
/// energy less its middle value is
///
///     whole chain                    C K_0 C + S K_1 S                              (K_0 = K_1 = K where the diagonal varies)
///     folded, parities cross         4 (C_even K_0 C_odd + S_even K_1 S_odd)        likewise
///     folded, levels exchanged       C (K_0 - p K_1 p) C + S (K_1 - p K_0 p) S
struct PairCoupling {
  bool cross;      ///< the two parities meet only each other
  bool exchanged;  ///< folded, and reflection exchanges even with odd levels

  static PairCoupling of(const kernels::Chain& chain) {
    const bool exchanged = chain.folded && chain.constant_diagonal && chain.dim % 2 == 0;
    return {.cross = chain.folded && !exchanged, .exchanged = exchanged};
  }

  /// One sum over the whole chain for each of the two phase functions, from the sums over even and odd kept levels.
  struct Entry {
    double cosine;
    double sine;
  };
  [[nodiscard]] Entry entry(double even_sum, double odd_sum, double parities) const {
    const double mirrored = exchanged ? parities : 0.0;
    return {even_sum - mirrored * odd_sum, odd_sum - mirrored * even_sum};
  }
  /// What an entry of two pairs counts in the energy.
  [[nodiscard]] double scale(double copies_a, double copies_b) const { return (cross ? 4.0 : 1.0) * copies_a * copies_b; }
};

}  // namespace qbatt::cpu
