#include "cpu/chebyshev.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>
#include <stdexcept>
#include <vector>

#include "cpu/bessel.hpp"
#include "cpu/chebyshev_levels.hpp"
#include "cpu/chebyshev_task.hpp"
#include "cpu/gauss_quadrature.hpp"
#include "cpu/isa.hpp"
#include "kernels/observe.hpp"

namespace qbatt::cpu {
namespace {

/// What is left out of an expansion: 2 sum |J_n| beyond its order.
constexpr double series_tail = 1e-18;
/// Norm of what is cut off the far end of a state where a leg begins: below the rounding of the leg before.
constexpr double support_tail = 1e-15;

/// A real vector over levels with room around for the kernels.
class LevelArray {
public:
  explicit LevelArray(index levels) : values_(static_cast<std::size_t>(levels + 2 * chebyshev_margin), 0.0) {}
  [[nodiscard]] double* data() { return values_.data() + chebyshev_margin; }
  [[nodiscard]] const double* data() const { return values_.data() + chebyshev_margin; }

private:
  std::vector<double> values_;
};

/// psi on the first levels: re + i im, or phi_k = i^k psi_k in re where the diagonal is constant.
struct ChebyshevState {
  LevelArray re;
  LevelArray im;
  bool real = false;  ///< im is zero

  explicit ChebyshevState(index levels) : re(levels), im(levels) {}
};

/// A stretch of time crossed by one expansion from the state at its beginning, on as many levels as that can reach.
struct Leg {
  double begin;
  double length;
  double bound;   ///< on the error of the state at `begin`
  index support;  ///< the state at `begin` is zero from this level on
  index levels;
  SpectralRange range;

  [[nodiscard]] double end() const { return begin + length; }
};

/// Half-widths times lengths that a leg may have. Long legs have the smaller overhead, short ones reach fewer levels.
struct Reach {
  double x;
  int order;
};

std::array<Reach, 7> possible_reaches() {
  std::array<Reach, 7> reaches{};
  double x = 16.0;
  for (Reach& r : reaches) {
    r = {x, bessel_order(x, series_tail)};
    x *= 2.0;
  }
  return reaches;
}

class ChebyshevPropagator final : public Propagator {
public:
  ChebyshevPropagator(const CentralSpin& system, double work_limit)
      : chain_(system), reaches_(possible_reaches()), work_limit_(work_limit) {
    choose_bandwidth();
    ChebyshevState start(1);
    start.re.data()[0] = 1.0;
    start.real = true;
    legs_.push_back(plan_leg(0.0, 0.0, 1));
    states_.emplace(0, Kept{std::move(start), never});
  }

  [[nodiscard]] std::int64_t pairs() const override { return 0; }
  [[nodiscard]] double pair_defect(double /*t*/) const override { return 0.0; }

  /// The unit of time a_0, the given time and the beginnings of legs are rounded; || H e_0 || = 1 turns that into an error.
  [[nodiscard]] double error_bound(double t) const override {
    if (!std::isfinite(t)) {
      return std::numeric_limits<double>::quiet_NaN();
    }
    const Leg& leg = legs_[leg_of(t)];
    return leg.bound + expansion_error(leg, t - leg.begin) + 12.0 * unit_roundoff * t;
  }

  void evaluate(std::span<const double> times, Detail detail, std::span<StateReport> reports, double* populations) override {
    ++call_;
    std::vector<std::size_t> order;
    for (std::size_t i = 0; i < times.size(); ++i) {
      if (std::isfinite(times[i])) {
        order.push_back(i);
      } else {
        report_nothing(reports[i], populations == nullptr ? nullptr : populations + i * dim());
      }
    }
    std::ranges::stable_sort(order, {}, [&](std::size_t i) { return times[i]; });
    for (std::size_t done = 0; done < order.size();) {
      const std::size_t j = leg_of(times[order[done]]);
      std::size_t count = 0;
      while (done + count < order.size() && count < outputs_at_once && times[order[done + count]] <= legs_[j].end()) {
        ++count;
      }
      const bool go_on = done + count < order.size() && times[order[done + count]] > legs_[j].end() && j + 1 == legs_.size();
      std::vector<double> lengths(count);
      for (std::size_t i = 0; i < count; ++i) {
        lengths[i] = times[order[done + i]] - legs_[j].begin;
      }
      std::vector<ChebyshevState> states = cross(j, lengths, go_on);
      for (std::size_t i = 0; i < count; ++i) {
        const std::size_t at = order[done + i];
        reports[at] = observe(states[i], legs_[j].levels, detail, populations == nullptr ? nullptr : populations + at * dim());
      }
      done += count;
    }
    forget_states();
  }

private:
  static constexpr std::size_t outputs_at_once = 16;
  static constexpr std::int64_t never = -1;

  /// A state at the beginning of a leg and the call that last wanted a time from there.
  struct Kept {
    ChebyshevState state;
    std::int64_t used;
  };

  [[nodiscard]] std::size_t dim() const { return static_cast<std::size_t>(chain_.dim()); }

  /// Eigenvalues of the first levels are the nodes of Gauss's quadrature for the distribution of e_0 over energies: enough of them
  /// say where it lies without any eigenpair of the whole chain. Weights that rounding lost show in the variance.
  void choose_bandwidth() {
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
  Leg plan_leg(double begin, double bound, index support) {
    Leg best{};
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
    if (!(best.end() > begin)) {
      throw std::runtime_error("the Chebyshev expansion cannot proceed: its steps are below the rounding of the time");
    }
    return best;
  }

  /// The leg that begins before t and, if known, ends there or later.
  [[nodiscard]] std::size_t leg_of(double t) const {
    const auto after = std::ranges::lower_bound(legs_, t, {}, &Leg::begin);
    return after == legs_.begin() ? 0 : static_cast<std::size_t>(after - legs_.begin()) - 1;
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
  [[nodiscard]] double expansion_error(const Leg& leg, double s) const {
    const double x = leg.range.half_width * s;
    if (!(x > 0.0)) {
      return 0.0;
    }
    const int order = bessel_order(x, series_tail);
    const double terms = static_cast<double>(order) + 2.0;
    const double step = (chain_.constant_diagonal() ? 4.0 : 7.0) + (kernel_set().fused ? 0.0 : 2.0);
    const double gathered = std::min(x, std::sqrt(1.07 * x * std::sqrt(x) + 1.28 * x));
    const double lebesgue = 0.41 * std::log(terms) + 3.0;
    const double rounding = step * gathered * std::sqrt(terms) + (6.0 * leg.range.size + 3.0 * leg.range.half_width) * s +
                            terms * lebesgue + 4.0 * std::sqrt(terms);
    return 1.01 * (unit_roundoff * rounding + bessel_series_error(order) + series_tail * (1.0 + x));
  }

  /// 2 X of a leg.
  struct ScaledMatrix {
    LevelArray coupling;
    LevelArray center;

    ScaledMatrix(const ChebyshevLevels& chain, const Leg& leg) : coupling(leg.levels), center(leg.levels) {
      const double scale = 2.0 / leg.range.half_width;
      for (index k = 0; k < leg.levels; ++k) {
        const auto i = static_cast<std::size_t>(k);
        coupling.data()[k] = k > 0 ? chain.offdiag()[i - 1] * scale : 0.0;
        center.data()[k] = (chain.diag()[i] - leg.range.center) * scale;
      }
    }
  };

  /// The states at the given times after the beginning of leg j, ascending. `to_end`: the state at its end is kept too, and the
  /// next leg planned where it is not known yet.
  std::vector<ChebyshevState> cross(std::size_t j, const std::vector<double>& lengths, bool to_end) {
    const Leg leg = legs_[j];
    Kept& start = state_at(j);
    if (!lengths.empty()) {
      start.used = call_;
    }
    std::vector<double> times = lengths;
    if (to_end) {
      times.push_back(leg.end() - leg.begin);
    }
    std::vector<ChebyshevState> states;
    std::vector<std::vector<double>> factors;
    std::vector<ChebyshevOutput> outputs;
    for (const double s : times) {
      const double x = leg.range.half_width * s;
      const int order = bessel_order(x, series_tail);
      factors.push_back(bessel_series(x, order));
      states.emplace_back(leg.levels);
      outputs.push_back({order, factors.back().data(), states.back().re.data(), states.back().im.data()});
    }
    expand(leg, start.state, outputs);
    if (to_end) {
      keep_end(j, std::move(states.back()));
      states.pop_back();
    }
    return states;
  }

  void expand(const Leg& leg, const ChebyshevState& start, const std::vector<ChebyshevOutput>& outputs) {
    const int vectors = chain_.constant_diagonal() || start.real ? 1 : 2;
    work_ += static_cast<double>(outputs.back().order + 1) * static_cast<double>(leg.levels) * vectors;
    if (work_ > work_limit_) {
      throw std::runtime_error("the Chebyshev expansion takes more work than it is worth");
    }
    const ScaledMatrix matrix(chain_, leg);
    std::vector<LevelArray> scratch(4, LevelArray(leg.levels));
    std::copy_n(start.re.data(), leg.support, scratch[0].data());
    if (vectors == 2) {
      std::copy_n(start.im.data(), leg.support, scratch[1].data());
    }
    kernel_set().run_chebyshev({.levels = leg.levels,
                                .support = leg.support,
                                .constant_diagonal = chain_.constant_diagonal(),
                                .coupling = matrix.coupling.data(),
                                .center = matrix.center.data(),
                                .vectors = vectors,
                                .here = {scratch[0].data(), scratch[1].data()},
                                .previous = {scratch[2].data(), scratch[3].data()},
                                .outputs = static_cast<int>(outputs.size()),
                                .output = outputs.data()});
  }

  void keep_end(std::size_t j, ChebyshevState state) {
    if (j + 1 == legs_.size()) {
      const Leg& leg = legs_[j];
      const double bound = leg.bound + expansion_error(leg, leg.length) + support_tail;
      legs_.push_back(plan_leg(leg.end(), bound, support_of(state, leg.levels)));
    }
    states_.insert_or_assign(j + 1, Kept{std::move(state), never});
    if (j != 0 && states_.at(j).used < call_ - 1) {
      states_.erase(j);
    }
  }

  /// Levels to keep of a state: beyond them lies less than support_tail.
  static index support_of(const ChebyshevState& state, index levels) {
    double outside = 0.0;
    index k = levels;
    while (k > 1) {
      outside += population(state, k - 1);
      if (outside > support_tail * support_tail) {
        break;
      }
      --k;
    }
    return k;
  }

  static double population(const ChebyshevState& state, index k) {
    const double re = state.re.data()[k];
    const double im = state.im.data()[k];
    return re * re + im * im;
  }

  /// The state where leg j begins, computed again from the last one kept before it where it was forgotten.
  Kept& state_at(std::size_t j) {
    for (std::size_t i = std::prev(states_.upper_bound(j))->first; i < j; ++i) {
      cross(i, {}, true);
    }
    return states_.at(j);
  }

  /// Keeps the start, the newest, where the way goes on, and what this call and the one before it wanted times from: searches step
  /// back that far.
  void forget_states() {
    const std::size_t newest = states_.rbegin()->first;
    std::erase_if(states_,
                  [&](const auto& entry) { return entry.first != 0 && entry.first != newest && entry.second.used < call_ - 1; });
  }

  void report_nothing(StateReport& report, double* populations) const {
    constexpr double nan = std::numeric_limits<double>::quiet_NaN();
    report.sums = {nan, nan, nan, nan, nan, nan, nan, nan, nan};
    report.passive_level = report.last_population = nan;
    if (populations != nullptr) {
      std::fill_n(populations, dim(), nan);
    }
  }

  StateReport observe(ChebyshevState& state, index levels, Detail detail, double* populations) {
    if (chain_.constant_diagonal()) {
      // From i^k psi_k to what AmplitudeBlock holds: the signs + + - - over k.
      for (index k = 0; k < levels; ++k) {
        state.re.data()[k] = (k & 2) != 0 ? -state.re.data()[k] : state.re.data()[k];
      }
    }
    const kernels::AmplitudeBlock block{.first = 0,
                                        .step = 1,
                                        .rows = static_cast<int>(levels),
                                        .halo = false,
                                        .re = state.re.data(),
                                        .im = chain_.constant_diagonal() ? nullptr : state.im.data(),
                                        .offdiag = chain_.offdiag().data(),
                                        .diag = chain_.diag().data()};
    StateReport report;
    kernels::observe_slopes(block, report.sums);
    if (detail != Detail::slopes) {
      std::vector<double> significant(static_cast<std::size_t>(levels));
      const double negligible = kernels::negligible_population(chain_.dim());
      significant.resize(
          static_cast<std::size_t>(kernels::observe_populations(block, report.sums, negligible, significant.data())));
      report.passive_level = passive_level(significant);
      report.last_population = levels == chain_.dim() ? kernels::population(block, block.rows - 1) : 0.0;
    }
    if (populations != nullptr) {
      std::fill_n(populations, dim(), 0.0);
      for (int row = 0; row < block.rows; ++row) {
        populations[row] = kernels::population(block, row);
      }
    }
    return report;
  }

  ChebyshevLevels chain_;
  std::array<Reach, 7> reaches_;
  double work_limit_;
  double work_ = 0;  ///< levels times orders so far
  std::int64_t call_ = 0;
  std::vector<Leg> legs_;               // as far as the path is known
  std::map<std::size_t, Kept> states_;  // by leg
};

}  // namespace

std::unique_ptr<Propagator> make_chebyshev_propagator(const CentralSpin& system, double work_limit) {
  return std::make_unique<ChebyshevPropagator>(system, work_limit);
}

}  // namespace qbatt::cpu
