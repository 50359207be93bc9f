#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>

#include "kernels/peak.hpp"
#include "model/level_chain.hpp"

// The largest energy in a window of time. Unlike the first peak it cannot be found by looking at a few places only; that no peak is
// missed follows from a bound on the sixth derivative of the energy.
namespace qbatt {

using kernels::EnergySample;

/// Fills one sample a time; the times ascend.
using EnergySampler = std::function<void(std::span<const double> times, std::span<EnergySample> samples)>;

/// What is known of the function before it is looked at.
struct EnergySignal {
  double window = 0;            ///< the longest time, in units of 1/a_0
  double range = 0;             ///< the energy lies between 0 and this
  double sixth_derivative = 0;  ///< bound on its size at every time
};

/// `window` in transit times. Requires A != 0 and m > 0.
///
/// With K = k - (d-1)/2 and psi' = -i H psi, the n-th derivative of <k> is i^n sum_j (-1)^j C(n,j) <H^j psi| K |H^(n-j) psi>, and
/// || H^j psi(t) || = || H^j e_0 || at every time, so that it is at most (d-1)/2 sum_j C(n,j) || H^j e_0 || || H^(n-j) e_0 ||, for
/// which the first n + 1 levels suffice.
EnergySignal energy_signal(const LevelChain& chain, double window);

struct GlobalPeak {
  double t = 0;             ///< in units of 1/a_0
  bool window_end = false;  ///< the energy still rises there, and is nowhere larger
};

/// How far values of a cheap stand-in for the function may be off.
struct RoughErrors {
  double energy = 0;
  double slope = 0;
};

/// The search for the largest energy in [0, window] as a state machine: it says at which times it wants samples next and is fed
/// with them, so that a chain by itself and a batch of chains on a device drive the same search. The result is the earliest where
/// several energies agree within 1e-12 of the largest, and a root of the slope unless it is the end of the window.
///
///     GlobalSearch search(signal);
///     while (!search.finished()) {
///       ... samples of the function at search.times()
///       search.absorb(samples);
///     }
///     const GlobalPeak peak = search.peak();
class GlobalSearch {
public:
  /// `rough`: the first samples are those of a stand-in, which says where to look, as long as wants_exact() is false. Throws
  /// NumericalError where the window holds more oscillations than can be looked at.
  explicit GlobalSearch(const EnergySignal& signal, const std::optional<RoughErrors>& rough = std::nullopt);
  GlobalSearch(GlobalSearch&&) noexcept;
  GlobalSearch& operator=(GlobalSearch&&) noexcept;
  ~GlobalSearch();

  [[nodiscard]] bool finished() const;
  [[nodiscard]] bool wants_exact() const;
  /// The times at which samples are wanted, ascending; one or more unless it is finished.
  [[nodiscard]] std::span<const double> times() const;
  /// A sample for each of times(). Throws NumericalError where one is no number, and as the constructor.
  void absorb(std::span<const EnergySample> samples);
  /// Once it is finished.
  [[nodiscard]] GlobalPeak peak() const;

private:
  struct Stretch;
  struct Candidate;
  class State;
  std::unique_ptr<State> state_;
};

/// A cheap stand-in for the function, and bounds on how far it may be off.
struct RoughSampler {
  EnergySampler sample;
  double longest_time = 0;  ///< it may be asked for
  double energy_error = 0;
  double slope_error = 0;
};

/// The largest energy of a chain by itself. `rough`, if not null, says where to look. Throws NumericalError as GlobalSearch.
GlobalPeak find_global_peak(const EnergySignal& signal, const EnergySampler& exact, const RoughSampler* rough);

}  // namespace qbatt
