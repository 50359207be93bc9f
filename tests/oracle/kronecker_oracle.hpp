#pragma once

#include <complex>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "oracle/lapack.hpp"
#include "qbatt/central_spin.hpp"
#include "qbatt/observables.hpp"

namespace qbatt::test {

/// A real matrix with the usual product and the Kronecker product; row-major.
struct Matrix {
  std::size_t rows = 0, cols = 0;
  std::vector<double> data;

  Matrix(std::size_t rows_, std::size_t cols_) : rows(rows_), cols(cols_), data(rows_ * cols_) {}
  double& operator()(std::size_t i, std::size_t j) { return data[i * cols + j]; }
  double operator()(std::size_t i, std::size_t j) const { return data[i * cols + j]; }
  static Matrix identity(std::size_t n);
};
Matrix kronecker(const Matrix& a, const Matrix& b);
/// target += factor * term
void add(Matrix& target, double factor, const Matrix& term);

/// The battery and what it shares with the charger, taken from the full state of all spins.
struct FullState {
  std::vector<double> populations;  ///< weight of k spins up, k = 0 ... N_b
  ObservableValues values;          ///< log_negativity only where it was asked for, else 0
};

/// The whole thing without any use of symmetry: N_b + N_c spins one half, H as a sum of Kronecker products of Pauli operators on
/// all 2^(N_b+N_c) product states, diagonalized at once; the battery's density matrix by a partial trace, its entropy, purity and
/// ergotropy from the eigenvalues of that, the negativity from the partial transpose. N_b + N_c <= 10. A boson has the Fock states
/// of fewer than `quanta` quanta: none is lost, as a battery that begins empty only takes quanta.
class KroneckerOracle {
public:
  /// Uses every parameter of `system` but m and the state of the charger: H is the same for all of them.
  explicit KroneckerOracle(const CentralSpin& system, std::size_t quanta = 0);

  /// The state at time t after a start with the battery down and the charger in the Dicke state with m spins up, or the Fock state
  /// of m quanta. `negativity` costs the eigenvalues of a matrix on all spins.
  [[nodiscard]] FullState evolve(std::int64_t m, double t, bool negativity) const;

  /// The same with a charger in any state of m excitations on average: spins in a product state, a statistical mixture of all
  /// product states; of a boson the Fock states that there are. The negativity is left out.
  [[nodiscard]] FullState evolve(ChargerState state, double m, double t) const;

private:
  using State = std::vector<std::complex<double>>;  // component battery_state * charger_states_ + charger_state
  struct Share {
    double weight;
    State state;  ///< real
  };

  [[nodiscard]] State start(std::int64_t m) const;
  [[nodiscard]] std::vector<Share> starts(ChargerState state, double m) const;
  [[nodiscard]] FullState observe(const std::vector<Share>& starts, double t, bool negativity) const;
  [[nodiscard]] State propagate(const State& start, double t) const;
  [[nodiscard]] double power(const State& psi) const;
  [[nodiscard]] double log_negativity(const State& psi) const;
  [[nodiscard]] std::vector<std::complex<double>> battery_density(const State& psi) const;

  CentralSpin system_;
  std::size_t battery_states_, charger_states_;
  std::vector<std::int64_t> excitations_;  ///< of each state of the charger
  Matrix hamiltonian_;
  SymmetricEigen eigen_;
};

}  // namespace qbatt::test
