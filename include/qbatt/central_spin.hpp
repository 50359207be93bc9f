#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

namespace qbatt {

/// A central-spin quantum battery while it charges (hbar = 1):
///
///     H = omega_b S^z + omega_c J^z + A (S^+ J^- + S^- J^+) + 2 Delta S^z J^z
///
/// S is the collective spin of n_b battery spins (all down at t = 0), J that of n_c charger spins (the Dicke state with m spins
/// up at t = 0). S^z + J^z is conserved, so the dynamics stays in the span of |k>_b |m-k>_c, k = 0 ... dim()-1, where H is real,
/// symmetric and tridiagonal. Energies (omega_b, omega_c, coupling, ising) share one arbitrary unit; times are in its inverse.
struct CentralSpin {
  std::int64_t n_b = 1;  ///< battery spins N_b, 1 ... max_spins
  std::int64_t n_c = 1;  ///< charger spins N_c, 1 ... max_spins
  std::int64_t m = 1;    ///< charger spins up at t = 0, 0 ... n_c
  double omega_b = 1;    ///< battery splitting, > 0
  double omega_c = 1;    ///< charger splitting, any finite real
  double coupling = 1;   ///< flip-flop coupling A, any finite real; its sign is a gauge
  double ising = 0;      ///< Ising coupling Delta, any finite real

  /// Spins beyond which products of four level counts would leave the range that the solvers were checked for.
  static constexpr std::int64_t max_spins = 10'000'000'000;

  /// The battery of n spins with a charger of n spins, all up, at resonance without Ising coupling.
  static CentralSpin resonant(std::int64_t n_b, std::int64_t n_c) { return {n_b, n_c, n_c, 1, 1, 1, 0}; }

  /// Number of levels d = min(n_b, m) + 1.
  [[nodiscard]] std::int64_t dim() const;

  /// H_kk - H_00 = k [(omega_b - omega_c) + 2 Delta (m - k - (n_c - n_b)/2)], 0 <= k < dim().
  [[nodiscard]] double diag(std::int64_t k) const;

  /// H_{k,k+1} = |A| sqrt((k+1)(n_b-k)(m-k)(n_c-m+k+1)), 0 <= k < dim()-1; 0 outside.
  [[nodiscard]] double offdiag(std::int64_t k) const;

  /// a_0 = offdiag(0), the energy spread of the initial state; 0 where nothing moves (A = 0 or m = 0).
  [[nodiscard]] double rabi() const;

  /// T = sum_k 1 / (2 offdiag(k)), the transit time of the chain, in O(dim); infinite where nothing moves.
  [[nodiscard]] double transit_time() const;

  /// omega_b = omega_c and Delta = 0: diag(k) = 0 for all k.
  [[nodiscard]] bool constant_diagonal() const;

  /// offdiag(k) = offdiag(d-2-k) and diag(k) = diag(d-1-k) for all k.
  [[nodiscard]] bool mirror_symmetric() const;

  bool operator==(const CentralSpin&) const = default;
};

/// The numbers that make a system, in the order of the command line, of the columns and of a sweep's loops.
enum class Parameter : std::size_t { n_b, n_c, m, omega_b, omega_c, coupling, ising };

/// The first parameter, in the order of Parameter, whose value makes the system unphysical; nullopt exactly where validate() does
/// not throw. Cheap enough to be asked for every combination of a sweep.
std::optional<Parameter> first_unphysical(const CentralSpin& system);

/// The message of validate() for a parameter that is unphysical: its name, its value and the accepted range.
std::string why_unphysical(const CentralSpin& system, Parameter parameter);

/// Throws InputError naming the parameter, its value and the accepted range unless the system is physical:
/// 1 <= n_b, n_c <= max_spins, 0 <= m <= n_c, omega_b > 0 and all energies finite.
void validate(const CentralSpin& system);

/// "N_b = 7, N_c = 7, m = 7, omega_b = 1, omega_c = 1, A = 1, Delta = 0", for messages.
std::string describe(const CentralSpin& system);

}  // namespace qbatt
