#pragma once

#include <cstdint>
#include <random>
#include <vector>

#include "qbatt/central_spin.hpp"

namespace qbatt::test {

/// Random numbers that are the same on every platform: the engine is specified by the standard, its distributions are not.
class Random {
public:
  explicit Random(std::uint64_t seed) : engine_(seed) {}

  /// In [low, high).
  double uniform(double low, double high) {
    constexpr double two_to_minus_53 = 0x1p-53;
    return low + (high - low) * static_cast<double>(engine_() >> 11U) * two_to_minus_53;
  }

  /// Between low and high, both included.
  std::int64_t integer(std::int64_t low, std::int64_t high) {
    return low + static_cast<std::int64_t>(engine_() % static_cast<std::uint64_t>(high - low + 1));
  }

private:
  std::mt19937_64 engine_;
};

/// What the parameters of a random system are like. Every kind draws any N_b, N_c and m.
enum class Kind {
  resonant,        ///< constant diagonal
  detuned,         ///< omega_b - omega_c up to a few a_0 / 10
  weak_ising,      ///< |Delta| < |A|, detuned
  strong_ising,    ///< |A| < |Delta| < 3 |A|, detuned: barriers inside the chain, doublets
  mirrored_ising,  ///< any |Delta| < 3 |A| with N_b = N_c, omega_b = omega_c
};

/// A system of this kind with 2 <= dim <= max_dim, of any sign of A, in an arbitrary unit of energy between 1/30 and 30.
CentralSpin random_system(Random& random, Kind kind, std::int64_t max_dim);

/// `count` systems, the kinds in turn.
std::vector<CentralSpin> random_systems(std::uint64_t seed, std::size_t count, std::int64_t max_dim);

/// Detuning (in units of a_0) and Ising coupling (in units of A = 1) spread logarithmically from 1 to `largest`, either left out in
/// a third of the systems: levels far apart, doublets, states that hardly move, and all between them.
std::vector<CentralSpin> wild_systems(std::uint64_t seed, std::size_t count, std::int64_t max_dim, double largest);

}  // namespace qbatt::test
