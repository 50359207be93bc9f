#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "kernels/state_report.hpp"
#include "model/level_chain.hpp"

// States that have hardly left the first level. Sums over all levels lose them in rounding: 1 less the largest population, the
// energy less that of the sorted populations, the logarithm of a purity next to 1, and at the shortest times each amplitude, which
// is a sum over eigenpairs that cancel. Here they are computed from what has left.
namespace qbatt {

/// The mean level above which what rounding takes is below 1e-13 of every observable.
inline constexpr double least_charge = 0x1p-10;

/// Whether so little is stored.
inline bool is_little_charge(const kernels::StateSums& sums) {
  return sums.mean * sums.norm < least_charge;
}

/// What is a difference of nearly equal sums in such a state, formed without cancellation.
struct LittleCharge {
  double entropy;  ///< bits
  double purity;
  double renyi2;          ///< bits
  double ergotropy;       ///< in units of omega_b
  double ergotropy_full;  ///< likewise

  /// From all populations, or from the first ones where the others are 0; the first is the largest.
  ///
  /// With q = sum_{k>0} p_k and p_0 = 1 - q: entropy = -sum_{k>0} p_k log2 p_k - (1-q) log2(1-q), purity = 1 - q (2 - q) +
  /// sum_{k>0} p_k^2, ergotropy in the full space sum_{k>1} (k-1) p_k; in the symmetric space the first level keeps its place, and
  /// the others are sorted among themselves.
  static LittleCharge of(std::span<const double> populations);
};

/// What populations tell by themselves, all of them or the first ones where the others are 0; passive_level at Detail::observables
/// alone.
StateReport report_of_populations(std::span<const double> populations, Detail detail);

/// The states of the battery at times so short that a few terms of exp(-iHt) on the first levels of each chain give every
/// population to a few roundings.
///
///     EarlyStates early(chains, rabi);
///     if (early.hold(t)) ... early.at(t).report(), populations(), in the place of what a solver says
class EarlyStates {
public:
  static constexpr std::size_t most_levels = 8;  ///< beyond, populations are below 1e-96
  /// No time beyond is early, in units of 1/a_0: || H || is at least the largest a_0 of the chains, and that at least the root of
  /// their mean square, a_0 of the system; the factor of two is for rounding.
  static constexpr double latest = 0x1p-19;

  /// Of a system with these chains, at least one, a_0 being `rabi`.
  EarlyStates(std::span<const WeightedChain> chains, double rabi);

  /// Whether t, in units of 1/a_0, is 0 or at most 2^-20 of 1 / || H || on these levels of every chain.
  [[nodiscard]] bool hold(double t) const { return (t == 0.0) | ((t > 0.0) & (t * norm_ <= 0x1p-20)); }

  struct State {
    StateReport report;
    std::array<double, most_levels> populations;  ///< of the first levels(); 0 beyond
  };
  [[nodiscard]] State at(double t) const;

  /// At least 1.
  [[nodiscard]] std::size_t levels() const { return levels_; }

private:
  /// The first levels of one chain.
  class Chain {
  public:
    Chain(const WeightedChain& own, double rabi);

    [[nodiscard]] std::size_t levels() const { return levels_; }
    /// || H || at most, in units of a_0 of the system.
    [[nodiscard]] double norm() const { return norm_ * scale_; }
    /// Adds its populations and its share of the flow.
    void add_to(State& state, double system_t) const;

  private:
    std::size_t levels_;
    double weight_;
    double scale_;  // its a_0 to that of the system
    std::array<double, most_levels> diag_{};
    std::array<double, most_levels> offdiag_{};  // to the next level; 0 behind the last
    double norm_ = 0;
  };

  Chain first_;
  std::vector<Chain> others_;  // none of nearly all systems
  std::int64_t dim_ = 1;
  std::size_t levels_ = 1;
  double norm_ = 0;
};

}  // namespace qbatt
