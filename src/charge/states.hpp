#pragma once

#include <complex>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <vector>

#include "charge/global_peak.hpp"
#include "charge/little_charge.hpp"
#include "kernels/peak.hpp"
#include "kernels/state_report.hpp"
#include "qbatt/solve.hpp"

namespace qbatt {

/// What the populations alone do not tell of a battery that has coherences between its levels. The sums of its report are then
/// those of the eigenvalues r_j of its density matrix where the populations are not meant.
struct Coherence {
  double passive_level = 0;  ///< sum_j j p_j, p sorted in descending order
  double lowering = 0;       ///< |<S^->|
  /// What is known better of the eigenvalues where the battery is nearly pure.
  std::optional<LittleCharge> little = {};
};

/// States that are wanted: of every chain at as many times, in units of 1/a_0 of that chain.
struct Sampling {
  std::span<const double> t;             ///< [chain][times]; where a time is NaN the report may be anything
  std::size_t times;                     ///< of each chain
  Detail detail;                         ///< of the reports
  bool uniform;                          ///< the times of each chain are equally spaced
  std::span<StateReport> reports;        ///< [chain][times]
  std::span<double* const> populations;  ///< [chain], each p_k as [times][level], row-major; empty where they are not wanted
  /// [chain], each psi_k as [times][level], the energy of the first level being 0; empty where they are not wanted.
  std::span<std::complex<double>* const> amplitudes = {};
  std::span<Coherence> coherences = {};  ///< [chain][times], of superpositions of chains; empty where there are none
};

/// Energies that a search wants: of every chain at as many times, in units of 1/a_0 of that chain. A NaN among the times: none.
struct EnergyQuery {
  std::span<const double> t;        ///< [list][times]
  std::size_t times;                ///< of each list
  bool exact;                       ///< false: a stand-in will do, see EnergyStandIn
  Detail detail;                    ///< `slopes` where the energy itself is not looked at, else `sums`
  std::span<EnergySample> samples;  ///< [list][times]
  /// The chain of each list, where States::takes_lists(): in any order, and as often as it is asked. Empty: a list a chain.
  std::span<const std::size_t> chains = {};
};

/// What is known of a cheap stand-in for the energy of a chain, in units of omega_b and 1/a_0.
struct EnergyStandIn {
  double longest_time = 0;  ///< it may be asked for
  RoughErrors errors = {};
};

/// What is largest at the optimum of a rule, which is not `none`.
kernels::PeakOf peak_of(OptimumRule rule);

/// The optimum of a chain.
struct Optimum {
  double t = std::numeric_limits<double>::quiet_NaN();  ///< in units of 1/a_0; NaN where the search was lost
  bool window_end = false;                              ///< the rule is `global`, and the largest energy is where the window ends
  double reach = std::numeric_limits<double>::quiet_NaN();  ///< the longest time that it says something of: t, or the window
  StateReport report{};                                     ///< the state at t, where it was asked for and t is a number
  Coherence coherence{};                                    ///< likewise, of superpositions of chains
  Failure failure = Failure::peak;                          ///< why there is none, where t is NaN
};

/// psi(t) of some chains at once, each from its e_0, with a bound on its error: what a solver on a backend offers to the script of
/// charge.hpp. `place` is the number of a chain, 0 ... count() - 1. No chain sees the others.
///
/// A backend answers in steps (evaluate, search), or in one go: optima() may be overridden by one that finds the
/// optimum and the state there at once, and evaluate() by one that hands out what was computed for the request's grid before.
class States {
public:
  States() = default;
  States(const States&) = delete;
  States& operator=(const States&) = delete;
  States(States&&) = delete;
  States& operator=(States&&) = delete;
  virtual ~States() = default;

  [[nodiscard]] virtual std::size_t count() const = 0;

  /// Eigenpairs used; 0 where none are.
  [[nodiscard]] virtual std::int64_t pairs(std::size_t place) const = 0;

  /// Whether there are states at all, which may turn out on the way.
  [[nodiscard]] virtual bool solved(std::size_t place) const = 0;

  /// || psi(t) - computed psi(t) || in the worst case, rounding included, for t up to the longest evaluated.
  [[nodiscard]] virtual double error_bound(std::size_t place, double t) const = 0;

  /// The same at some times; to be overridden where so many calls cost as much as the states.
  virtual void error_bounds(std::size_t place, std::span<const double> t, std::span<double> bounds) const;

  /// The part of error_bound(place, t) that says that pairs are wrong or missing, without rounding.
  [[nodiscard]] virtual double pair_defect(std::size_t place, double t) const = 0;

  /// Whether a result whose longest time is t is refused, see ladder.hpp.
  [[nodiscard]] virtual bool refused(std::size_t place, double t) const;

  /// What an error of the phase of psi(t) adds to error_bound(), which is that of a state up to its phase.
  [[nodiscard]] virtual double phase_error(std::size_t /*place*/, double /*t*/) const { return 0.0; }

  /// The largest angular frequency with which the energy moves noticeably, see energy_bandwidth; bounds the step of searches.
  [[nodiscard]] virtual double bandwidth(std::size_t place) const = 0;

  /// Nothing where energies() has no stand-in for the chain.
  [[nodiscard]] virtual std::optional<EnergyStandIn> stand_in(std::size_t /*place*/) { return std::nullopt; }

  /// Fills the samples. The default evaluates states.
  virtual void energies(const EnergyQuery& query);

  /// Whether energies() is best asked for all that is wanted at once, each list naming its chain.
  [[nodiscard]] virtual bool takes_lists() const { return false; }

  /// The longest list of times that evaluate() takes for each chain.
  [[nodiscard]] virtual std::size_t times_at_once() const { return std::numeric_limits<std::size_t>::max(); }

  /// Whether they are superpositions of chains: evaluate() tells coherences.
  [[nodiscard]] virtual bool superposed() const { return false; }

  /// Writes reports, and what else is wanted.
  virtual void evaluate(const Sampling& sampling) = 0;

  /// The optimum of every chain by the rule, which is not `none`; `window`: see Request. `observed`: with the state there, at
  /// Detail::observables. The default takes steps.
  virtual std::vector<Optimum> optima(OptimumRule rule, double window, bool observed);

protected:
  /// The times of all optima and whether they are ends of the window, without reports.
  virtual std::vector<Optimum> search(OptimumRule rule, double window) = 0;
};

}  // namespace qbatt
