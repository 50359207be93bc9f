#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "qbatt/central_spin.hpp"

namespace qbatt {

/// One chain of an ensemble: a charger in the Dicke state with m of n_c spins up, or in the Fock state of m quanta (n_c = 0).
/// Chains that cannot move, of no spin or no quantum, are legal here.
struct Sector {
  std::int64_t n_c;
  std::int64_t m;
  double weight;  ///< the probability to find the charger there at t = 0
};

/// A charger as an ensemble of chains of levels, each of which evolves on its own:
///
///     dicke      the one chain (n_c, m)
///     coherent,  spins: (n_c, M), w = C(n_c, M) P^M (1-P)^(n_c-M), P = m / n_c;  boson: M quanta, w = e^-m m^M / M!
///     dephased   the same weights. A coherent state is the superposition of its chains with amplitudes sqrt(w).
///     thermal    spins: total spin J = n_c/2 - x, x = 0 ... floor(n_c/2), in C(n_c, x) - C(n_c, x-1) copies, m' = 0 ... 2J up of
///     2J:
///                the chain (2J, m'), w = copies P^(m'+x) (1-P)^(n_c-m'-x);  boson: M quanta, w = (m / (1+m))^M / (1+m)
///
/// Chains of the least weights are left out while their weights together are below 1e-16, of a coherent state 1e-26, as there the
/// amplitudes are what is lost.
struct Ensemble {
  std::vector<Sector> sectors;  ///< those kept, in falling order of n_c, then in rising order of m
  bool superposition = false;   ///< of a coherent state: the sectors have phases to each other
  double dropped = 0;           ///< weight of what is left out, rounded up
  /// Bound on what rounding of the weights w (1 + r) contributes: sum w |r|, in a superposition the root of sum w r^2.
  double rounding = 0;
};

/// The chains of a physical system.
Ensemble ensemble_of(const CentralSpin& system);

/// The one chain of which the charger's state is made, where it is one and nothing is left out: that of a Dicke or Fock state, of
/// an empty charger, of spins that are all up.
std::optional<Sector> only_sector(const CentralSpin& system);

/// About how many chains ensemble_of() keeps, without making them.
double estimated_sectors(const CentralSpin& system);

/// a_0 of the system, the root of sum w offdiag(0)^2 over its chains.
double rabi_of(const CentralSpin& system, const Ensemble& ensemble);

/// The number of populations: the levels of its largest chain.
std::int64_t dim_of(const CentralSpin& system, const Ensemble& ensemble);

/// The levels of all its chains together.
std::int64_t levels_of(const CentralSpin& system, const Ensemble& ensemble);

/// The system with the charger of one sector, in a Dicke or Fock state.
CentralSpin system_of(const CentralSpin& system, const Sector& sector);

}  // namespace qbatt
