#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace qbatt {

/// What charges the battery: a collective spin of n_c spins, or one mode of a cavity (Tavis-Cummings).
enum class Charger { spins, boson };
inline constexpr std::array all_chargers{Charger::spins, Charger::boson};

/// What is said of a charger.
struct ChargerInfo {
  std::string_view name;     ///< on the command line and in files
  std::string_view meaning;  ///< in a few words, for help
  bool has_spins;            ///< it is made of n_c spins, of which at most all are up; false: n_c is 0
};
/// In the order of Charger.
inline constexpr std::array<ChargerInfo, all_chargers.size()> charger_info{{
    {"spins", "a collective spin", true},
    {"boson", "one mode of a cavity, Tavis-Cummings, without --nc", false},
}};
constexpr std::string_view to_string(Charger charger) {
  return charger_info[static_cast<std::size_t>(charger)].name;
}
constexpr bool has_spins(Charger charger) {
  return charger_info[static_cast<std::size_t>(charger)].has_spins;
}

/// The state of the charger at t = 0, with m excitations on average. `dicke`: exactly m, a Dicke state of the spins or a Fock state
/// of the mode. `coherent`: every spin in sqrt(P) |up> + sqrt(1 - P) |down> with P = m / n_c, or the mode in a coherent state.
/// `dephased`: a mixture with the weights of the coherent state. `thermal`: every spin up with probability P, no two correlated; or
/// the mode at the temperature at which it holds m quanta.
enum class ChargerState { dicke, coherent, dephased, thermal };
inline constexpr std::array all_charger_states{ChargerState::dicke, ChargerState::coherent, ChargerState::dephased,
                                               ChargerState::thermal};

/// What is said of a state.
struct ChargerStateInfo {
  std::string_view name;     ///< on the command line and in files
  std::string_view meaning;  ///< in a few words, for help; empty where the name tells
};
/// In the order of ChargerState.
inline constexpr std::array<ChargerStateInfo, all_charger_states.size()> charger_state_info{{
    {"dicke", "exactly m excitations; of a boson a Fock state"},
    {"coherent", ""},
    {"dephased", "the same weights without phases"},
    {"thermal", ""},
}};
constexpr std::string_view to_string(ChargerState state) {
  return charger_state_info[static_cast<std::size_t>(state)].name;
}

/// A central-spin quantum battery while it charges (hbar = 1):
///
///     H = omega_b S^z + omega_c J^z + A (S^+ J^- + S^- J^+) + 2 Delta S^z J^z              (spins)
///     H = omega_b S^z + omega_c n + A (S^+ a + S^- a^+) + 2 Delta S^z n,  n = a^+ a        (boson)
///
/// S is the collective spin of n_b battery spins (all down at t = 0), J that of n_c charger spins, a the mode of a cavity. The
/// number of excitations is conserved. Of a charger that holds exactly m, in a Dicke or Fock state, the dynamics stays in the span
/// of |k>_b |m-k>_c, k = 0 ... dim()-1, where H is real, symmetric and tridiagonal: one chain of levels. Other states of the
/// charger are ensembles of such chains (model/ensemble.hpp). Energies (omega_b, omega_c, coupling, ising) share one arbitrary
/// unit; times are in its inverse.
struct CentralSpin {
  std::int64_t n_b = 1;  ///< battery spins N_b, 1 ... max_spins
  std::int64_t n_c = 1;  ///< charger spins N_c, 1 ... max_spins; 0 where the charger is a boson
  double m = 1;          ///< excitations of the charger at t = 0 on average, 0 ... n_c, of a boson 0 or more; whole for `dicke`
  double omega_b = 1;    ///< battery splitting, > 0
  double omega_c = 1;    ///< charger splitting, any finite real
  double coupling = 1;   ///< flip-flop coupling A, any finite real; its sign is a gauge
  double ising = 0;      ///< Ising coupling Delta, any finite real; of a boson the dispersive coupling
  Charger charger = Charger::spins;
  ChargerState charger_state = ChargerState::dicke;

  /// Spins or quanta beyond which products of four level counts would leave the range that the solvers were checked for.
  static constexpr std::int64_t max_spins = 10'000'000'000;
  /// Chains of an ensemble, and levels of all of them, beyond which they would not fit into memory: some 200 bytes a level.
  static constexpr std::int64_t max_sectors = 1'000'000;
  static constexpr std::int64_t max_sector_levels = 100'000'000;

  /// The battery of n_b spins with a charger of n_c spins, all up, at resonance without Ising coupling.
  static CentralSpin resonant(std::int64_t n_b, std::int64_t n_c) {
    return {n_b, n_c, static_cast<double>(n_c), 1, 1, 1, 0, Charger::spins, ChargerState::dicke};
  }

  /// Whether the charger is in a Dicke or Fock state: the system is one chain of levels.
  [[nodiscard]] bool is_chain() const { return charger_state == ChargerState::dicke; }

  /// Number of levels d = min(n_b, m) + 1; of an ensemble, of its longest chain.
  [[nodiscard]] std::int64_t dim() const;

  /// H_kk - H_00 = k [(omega_b - omega_c) + Delta (kappa - 2 k)], 0 <= k < dim(), with kappa = 2 m - n_c + n_b for spins and
  /// 2 m + n_b for a boson. Of a chain, as is what follows but for rabi() and transit_time().
  [[nodiscard]] double diag(std::int64_t k) const;

  /// H_{k,k+1} = |A| sqrt((k+1)(n_b-k)(m-k)(n_c-m+k+1)), of a boson |A| sqrt((k+1)(n_b-k)(m-k)), 0 <= k < dim()-1; 0 outside.
  [[nodiscard]] double offdiag(std::int64_t k) const;

  /// a_0 = offdiag(0), the energy spread of the initial state; 0 where nothing moves (A = 0 or m = 0). Of an ensemble of chains
  /// with weights w the root of sum w offdiag(0)^2.
  [[nodiscard]] double rabi() const;

  /// T = sum_k 1 / (2 offdiag(k)), the transit time of the chain, in O(dim); infinite where nothing moves. Of an ensemble the
  /// weighted mean over the chains that move.
  [[nodiscard]] double transit_time() const;

  /// omega_b = omega_c and Delta = 0: diag(k) = 0 for all k.
  [[nodiscard]] bool constant_diagonal() const;

  /// offdiag(k) = offdiag(d-2-k) and diag(k) = diag(d-1-k) for all k.
  [[nodiscard]] bool mirror_symmetric() const;

  bool operator==(const CentralSpin&) const = default;
};

/// What makes a system, in the order of a sweep's loops.
enum class Parameter : std::size_t { charger, charger_state, n_b, n_c, m, omega_b, omega_c, coupling, ising };

/// The first parameter, in the order of Parameter, whose value makes the system unphysical; nullopt exactly where validate() does
/// not throw. Cheap enough to be asked for every combination of a sweep.
std::optional<Parameter> first_unphysical(const CentralSpin& system);

/// The message of validate() for a parameter that is unphysical: its name, its value and the accepted range.
std::string why_unphysical(const CentralSpin& system, Parameter parameter);

/// Throws InputError naming the parameter, its value and the accepted range unless the system is physical:
/// 1 <= n_b, n_c <= max_spins (n_c = 0 for a boson), 0 <= m <= n_c (any m >= 0 for a boson, whole for `dicke`), as many chains as
/// fit, omega_b > 0 and all energies finite.
void validate(const CentralSpin& system);

/// "N_b = 7, N_c = 7, m = 7, omega_b = 1, omega_c = 1, A = 1, Delta = 0", for messages; what is said of the charger only where it
/// is not of spins in a Dicke state.
std::string describe(const CentralSpin& system);

}  // namespace qbatt
