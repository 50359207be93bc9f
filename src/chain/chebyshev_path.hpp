#pragma once

#include <array>
#include <vector>

#include "chain/chebyshev_levels.hpp"
#include "kernels/certificate.hpp"

namespace qbatt {

/// A stretch of time, in units of 1/a_0, crossed by one expansion from the state at its beginning, on as many levels as that can
/// reach.
struct ChebyshevLeg {
  double begin;
  double length;
  double bound;            ///< on the error of the state at `begin`
  kernels::index support;  ///< the state at `begin` is zero from this level on
  kernels::index levels;
  SpectralRange range;

  [[nodiscard]] double end() const { return begin + length; }
};

/// The coefficients of an expansion.
struct ChebyshevSeries {
  int order;                    ///< the last that matters
  std::vector<double> factors;  ///< [order + 2] (2 - [n = 0]) J_n(h s), then a 0
};

/// The way from e_0 through time by Chebyshev expansions, without the states: which legs there are, with how many levels and
/// orders, and how far the result may be off. It depends on the chain alone, so that the state at a time is the same bit for bit
/// whatever was asked before.
class ChebyshevPath {
public:
  /// Norm of what may be cut off the far end of a state where a leg begins: below the rounding of the leg before.
  static constexpr double support_tail = 1e-15;

  /// `fused`: multiply-adds round once. Requires A != 0 and m > 0. Throws NumericalError where the legs are shorter than the
  /// rounding of the time.
  ChebyshevPath(const LevelChain& chain, bool fused);

  [[nodiscard]] const ChebyshevLevels& chain() const { return chain_; }

  /// The largest angular frequency with which the energy moves noticeably.
  [[nodiscard]] double bandwidth() const { return bandwidth_; }

  /// The legs that are known; leg 0 begins at t = 0.
  [[nodiscard]] const std::vector<ChebyshevLeg>& legs() const { return legs_; }

  /// Plans the leg behind the last one known, where the state is zero from level `support` on. Throws as the constructor.
  void add_leg(kernels::index support);

  /// Whether legs are longer than the rounding of the time t: otherwise there are more than 2^53 of them to t, or none gets there.
  [[nodiscard]] bool reaches(double t) const { return legs_.front().length > kernels::unit_roundoff * t; }

  /// The leg that begins before t and, if known, ends there or later.
  [[nodiscard]] std::size_t leg_of(double t) const;

  /// For the state a time s after the beginning of a leg.
  [[nodiscard]] static ChebyshevSeries series(const ChebyshevLeg& leg, double s);

  /// || psi(t) - computed psi(t) || in the worst case, rounding included; NaN unless t is finite.
  [[nodiscard]] double error_bound(double t) const;

  /// A leg leaves out the factor exp(-i c s), c the middle of the spectrum that it reaches, s the time that has passed: the sum of
  /// these angles up to t, which the known legs reach.
  [[nodiscard]] double angle(double t) const;
  /// Bound on what rounding of the angle does to a state.
  [[nodiscard]] double phase_error(double t) const;

private:
  /// Half-widths times lengths that a leg may have. Long legs have the smaller overhead, short ones reach fewer levels.
  struct Reach {
    double x;
    int order;
  };
  static std::array<Reach, 7> possible_reaches();

  void choose_bandwidth();
  ChebyshevLeg plan_leg(double begin, double bound, kernels::index support);
  [[nodiscard]] double expansion_error(const ChebyshevLeg& leg, double s) const;

  ChebyshevLevels chain_;
  bool fused_;
  double bandwidth_ = 1;
  std::array<Reach, 7> reaches_;
  std::vector<ChebyshevLeg> legs_;
};

}  // namespace qbatt
