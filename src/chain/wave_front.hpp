#pragma once

#include <vector>

#include "chain/semiclassical_spectrum.hpp"

namespace qbatt {

/// How the state leaves e_0, by classical mechanics at energy diag_0 = 0: level k is passed at the speed
/// sqrt((b_{k-1} + b_k)^2 - diag_k^2), and the wave turns where the energies that e_0 spreads over end. Units of a_0.
class WaveFront {
public:
  explicit WaveFront(const SemiclassicalSpectrum& spectrum);

  /// Time at which the energy peaks first: the front's way to its turning point and the 1.1 by which the bulk is behind it.
  [[nodiscard]] double first_peak() const { return turn_ + 1.1; }

  /// Sum_k 1/(b_{k-1} + b_k), about the transit time of the chain.
  [[nodiscard]] double transit_time() const { return transit_; }

  /// What an expansion of exp(-iHt) in Chebyshev polynomials up to time t acts on: int half-width x levels dt over the levels
  /// that the wave has reached.
  struct Expansion {
    double phase = 0;   ///< int half-width dt, about the number of polynomials
    double work = 0;    ///< polynomials times levels
    double levels = 0;  ///< reached at t
    double mean = 0;    ///< of the levels that are reached at the times up to t
  };
  [[nodiscard]] Expansion expansion(double t) const;

private:
  /// From `begin` on the wave may be anywhere on the first `levels`.
  struct Stage {
    double begin;
    double levels;
    double half_width;
  };

  double turn_ = 0;
  double transit_ = 0;
  std::vector<Stage> stages_;
};

}  // namespace qbatt
