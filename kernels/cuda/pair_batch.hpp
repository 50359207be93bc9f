#pragma once

#include "kernels/certificate.hpp"
#include "kernels/chain_model.hpp"
#include "kernels/peak.hpp"
#include "kernels/target.hpp"

// The data of one batch: systems whose vectors are padded to the same length, and their eigenpairs, dense or by shooting. Views of
// device memory, nothing is owned.
namespace qbatt::cuda {

using kernels::index;

/// A system as the device sees it, in units of a_0.
struct SystemDescriptor {
  kernels::ChainModel model;
  index dim;  ///< levels; the levels dim ... n-1 of its matrix are padding
};

/// `count` systems in vectors of n levels, `pairs` vectors each. A padding level couples to nothing. A dense matrix, column-major,
/// has as many pairs as levels, and the eigenvalues of its padding lie above all others; shooting holds fewer. Either way the first
/// own_pairs() pairs of a system, in ascending order, are its own.
struct PairBatch {
  index count = 0;
  index n = 0;
  index pairs = 0;
  bool constant_diagonal = false;             ///< of every system: psi_k is real for even k and imaginary for odd k
  const SystemDescriptor* systems = nullptr;  ///< [count]
  double* diag = nullptr;                     ///< [count][n]
  double* diag_size = nullptr;                ///< [count][n] what rounding in diag is relative to
  double* offdiag = nullptr;                  ///< [count][n], 0 behind the last level
  double* vectors = nullptr;                  ///< [count][pairs][n]: a dense H at first, then the eigenvectors
  bool by_levels = false;                     ///< vectors are [count][n][pairs]: threads of neighboring pairs meet in memory
  double* eigenvalues = nullptr;              ///< [count][pairs], ascending
  int* info = nullptr;                        ///< [count] of the diagonalization, 0: converged
  const index* held = nullptr;                ///< [count] pairs of each system, or null: as many as it has levels
  const double* coefficients = nullptr;       ///< [count][pairs] (v_j)_0, or null: the vectors hold it

  [[nodiscard]] QBATT_HD index own_pairs(index system) const { return held == nullptr ? systems[system].dim : held[system]; }

  [[nodiscard]] QBATT_HD double* vector(index system, index j) const {
    return vectors + (by_levels ? system * pairs * n + j : (system * pairs + j) * n);
  }
  /// Entries from one level of a vector to the next.
  [[nodiscard]] QBATT_HD index level_stride() const { return by_levels ? pairs : 1; }

  /// (v_j)_0, the coefficient of pair j in e_0.
  [[nodiscard]] QBATT_HD double coefficient(index system, index j) const {
    return coefficients == nullptr ? vector(system, j)[0] : coefficients[system * pairs + j];
  }

  [[nodiscard]] QBATT_HD kernels::TridiagonalView tridiagonal(index system) const {
    return {systems[system].dim, diag + system * n, diag_size + system * n, offdiag + system * n};
  }
};

/// Where amplitudes of some systems of a batch at `times` times each stand: column (system, c) holds level k at [k * columns() +
/// c], the real parts of all times, then, unless the diagonal is constant, the imaginary parts.
struct TimeSlab {
  index count;           ///< systems taking part
  const index* members;  ///< [count] their places in the batch, or null: all in order
  index times;           ///< times of each
  const double* t;       ///< [count][times], units of 1/a_0
  double* factors;     ///< [count][pairs][columns]: c_j cos(lambda_j t), -c_j sin(lambda_j t), or their sum for constant diagonals
  double* amplitudes;  ///< [count][n][columns]
  index columns;       ///< times, or 2 times

  [[nodiscard]] QBATT_HD index place(index member) const { return members != nullptr ? members[member] : member; }
};

}  // namespace qbatt::cuda
