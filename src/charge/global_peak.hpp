#pragma once

#include <functional>
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

/// A cheap stand-in for the function, and bounds on how far it may be off.
struct RoughSampler {
  EnergySampler sample;
  double longest_time = 0;  ///< it may be asked for
  double energy_error = 0;
  double slope_error = 0;
};

struct GlobalPeak {
  double t = 0;             ///< in units of 1/a_0
  bool window_end = false;  ///< the energy still rises there, and is nowhere larger
};

/// The largest energy in [0, window]; the earliest where several agree within 1e-12 of the largest. A root of the slope of `exact`
/// unless it is the end of the window. `rough`, if not null, says where to look. Throws NumericalError where the window holds
/// more oscillations than can be looked at, or `exact` yields what is no number.
GlobalPeak find_global_peak(const EnergySignal& signal, const EnergySampler& exact, const RoughSampler* rough);

}  // namespace qbatt
