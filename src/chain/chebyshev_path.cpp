#include "chain/chebyshev_path.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "chain/bessel.hpp"
#include "chain/energy_bandwidth.hpp"
#include "chain/gauss_quadrature.hpp"
#include "model/numerical_error.hpp"

namespace qbatt {

using kernels::index;
using kernels::unit_roundoff;

namespace {

/// What is left out of an expansion: 2 sum |J_n| beyond its order.
constexpr double series_tail = 1e-18;

}  // namespace

std::array<ChebyshevPath::Reach, 7> ChebyshevPath::possible_reaches() {
  std::array<Reach, 7> reaches{};
  double x = 16.0;
  for (Reach& r : reaches) {
    r = {x, bessel_order(x, series_tail)};
    x *= 2.0;
  }
  return reaches;
}

ChebyshevPath::ChebyshevPath(const LevelChain& chain, bool fused) : chain_(chain), fused_(fused), reaches_(possible_reaches()) {
  choose_bandwidth();
  legs_.push_back(plan_leg(0.0, 0.0, 1));
}

/// Eigenvalues of the first levels are the nodes of Gauss's quadrature for the distribution of e_0 over energies: enough of them
/// say where it lies without any eigenpair of the whole chain. Weights that rounding lost show in the variance.
void ChebyshevPath::choose_bandwidth() {
  constexpr index most_nodes = 192;
  const index nodes = std::min(chain_.dim(), most_nodes);
  chain_.extend(nodes);
  const GaussQuadrature quadrature = gauss_quadrature({chain_.diag().begin(), chain_.diag().begin() + nodes},
                                                      {chain_.offdiag().begin(), chain_.offdiag().begin() + nodes});
  double variance = 0.0;  // of the energy: offdiag(0)^2 = 1
  double farthest = 0.0;
  for (std::size_t j = 0; j < quadrature.nodes.size(); ++j) {
    variance += quadrature.weights[j] * quadrature.nodes[j] * quadrature.nodes[j];
    farthest = std::max(farthest, std::abs(quadrature.nodes[j]));
  }
  constexpr double lost = 1e-5;
  bandwidth_ = std::abs(variance - 1.0) <= lost ? energy_bandwidth(quadrature.nodes, quadrature.weights) : 2.0 * farthest;
}

/// The leg from a state with this support: of the possible lengths the one with the least work per time.
ChebyshevLeg ChebyshevPath::plan_leg(double begin, double bound, index support) {
  ChebyshevLeg best{};
  double least = std::numeric_limits<double>::infinity();
  for (const Reach& reach : reaches_) {
    const index levels = std::min(chain_.dim(), support + reach.order + 1);
    chain_.extend(levels);
    const SpectralRange range = chain_.range(levels);
    const double length = reach.x / range.half_width;
    const double work = static_cast<double>(reach.order) * static_cast<double>(levels) / length;
    if (work < least) {
      least = work;
      best = {begin, length, bound, support, levels, range};
    }
  }
  if (!(best.end() > begin))
    throw NumericalError(Failure::steps, "the Chebyshev expansion cannot proceed: its steps are below the rounding of the time");
  return best;
}

void ChebyshevPath::add_leg(index support) {
  const ChebyshevLeg& leg = legs_.back();
  const double bound = leg.bound + expansion_error(leg, leg.length) + support_tail;
  legs_.push_back(plan_leg(leg.end(), bound, support));
}

std::size_t ChebyshevPath::leg_of(double t) const {
  const auto after = std::ranges::lower_bound(legs_, t, {}, &ChebyshevLeg::begin);
  return after == legs_.begin() ? 0 : static_cast<std::size_t>(after - legs_.begin()) - 1;
}

ChebyshevSeries ChebyshevPath::series(const ChebyshevLeg& leg, double s) {
  const double x = leg.range.half_width * s;
  const int order = bessel_order(x, series_tail);
  return {order, bessel_series(x, order)};
}

/// The unit of time a_0, the given time and the beginnings of legs are rounded; || H e_0 || = 1 turns that into an error.
double ChebyshevPath::error_bound(double t) const {
  if (!std::isfinite(t)) return std::numeric_limits<double>::quiet_NaN();
  const ChebyshevLeg& leg = legs_[leg_of(t)];
  return leg.bound + expansion_error(leg, t - leg.begin) + 12.0 * unit_roundoff * t;
}

double ChebyshevPath::angle(double t) const {
  const std::size_t last = leg_of(t);
  double angle = 0.0;
  for (std::size_t j = 0; j < last; ++j) angle += legs_[j].range.center * (legs_[j].end() - legs_[j].begin);
  return angle + legs_[last].range.center * (t - legs_[last].begin);
}

// It grows with the energy of the middle of the spectrum that a leg reaches.
double ChebyshevPath::phase_error(double t) const {
  double center = 0.0;
  for (const ChebyshevLeg& leg : legs_) center = std::max(center, std::abs(leg.range.center));
  return 4.0 * kernels::unit_roundoff * center * t;
}

/// || psi - computed psi || from one expansion over a time s, the state at its beginning taken as exact. In u = 2^-53, with
/// x = h s and M the order:
/// - each vector of the recurrence is off by some e_n, one rounding of each of its multiply-adds: sizes 1, 1 + |2 X| and, unless
///   the diagonal is constant, 1 + |2 X| again, |2 X| <= 2, so |e_n| <= e = 7 u (4 u), or 2 u more where they round twice. The
///   sum over these vectors with exact coefficients misses Schroedinger's equation by h sum_n (-i)^n J_n e_n, so the state, by
///   Duhamel's formula, by sum_n F_n(X) e_n, F_n(X) = int_0^x (-i)^n J_n(y) exp(-i X (x - y)) dy. In the eigenbasis of X, by
///   Cauchy's inequality, that is at most e (M + 1)^(1/2) max_X (sum_n |F_n|^2)^(1/2), and by Neumann's addition theorem
///   2 sum_n |F_n|^2 = int int exp(i X (y - z)) [J_0(y - z) + J_0(y) J_0(z)] dy dz <= 2.14 x^(3/2) + 2.56 x, as
///   |J_0(y)| <= (2 / (pi y))^(1/2), and <= 2 x^2, as |J_0| <= 1;
/// - H: couplings by 6 u and levels by 5 u of their size, 3 u of h for the shift;
/// - adding up: u of the partial sums, which Lebesgue's constant bounds by (4/pi^2) ln(M + 1) + 3, and 2 u sum |a_n|;
/// - what is left of the series, once more for what the levels beyond would have added, and the coefficients' own error.
double ChebyshevPath::expansion_error(const ChebyshevLeg& leg, double s) const {
  const double x = leg.range.half_width * s;
  if (!(x > 0.0)) return 0.0;
  const int order = bessel_order(x, series_tail);
  const double terms = static_cast<double>(order) + 2.0;
  const double step = (chain_.constant_diagonal() ? 4.0 : 7.0) + (fused_ ? 0.0 : 2.0);
  const double gathered = std::min(x, std::sqrt(1.07 * x * std::sqrt(x) + 1.28 * x));
  const double lebesgue = 0.41 * std::log(terms) + 3.0;
  const double rounding = step * gathered * std::sqrt(terms) + (6.0 * leg.range.size + 3.0 * leg.range.half_width) * s +
                          terms * lebesgue + 4.0 * std::sqrt(terms);
  return 1.01 * (unit_roundoff * rounding + bessel_series_error(order) + series_tail * (1.0 + x));
}

}  // namespace qbatt
