#pragma once

#include "kernels/semiclassical.hpp"
#include "kernels/shooting.hpp"
#include "kernels/team/arena.hpp"
#include "kernels/team/team.hpp"

// Semiclassics of one chain by a team: which levels are sampled, in which window the eigenvalues lie that can carry e_0, and how
// many there are. On the CPU this is SemiclassicalSpectrum and shooting_window().
namespace qbatt::kernels::inline QBATT_TARGET {

/// What must be known of a chain before memory for its pairs can be set aside.
struct TeamPlan {
  double low = 0;  ///< the window; 0 where the diagonal is constant: the spectrum is symmetric
  double high = 0;
  double matrix_bound = 0;   ///< max_k (b_{k-1} + b_k + diag_size_k)
  double between = 0;        ///< eigenvalues in the window, of one family where the chain is folded, as a real number
  std::int32_t samples = 0;  ///< levels sampled
  std::int32_t block = 0;    ///< levels between two rescalings

  /// Parts of the window in which the points of the grid are evenly spaced.
  [[nodiscard]] QBATT_HD int cells() const {
    constexpr double each = 3.0;  // eigenvalues
    const auto cells = static_cast<int>(between / each);
    return cells < 4 ? 4 : (cells < 64 ? cells : 64);
  }

  /// Room for the points of the grid of a family, and for what a search may add to it.
  [[nodiscard]] QBATT_HD int nodes() const { return static_cast<int>(1.7 * between) + 2 * cells() + 8; }

  /// Room for pairs: those with lambda >= 0 where the diagonal is constant.
  [[nodiscard]] QBATT_HD int pairs(const Chain& chain) const {
    const int all = chain.constant_diagonal ? dim_of(chain) / 2 + 1 : dim_of(chain);
    if (levels_of(chain) <= all_pairs_levels) return all;
    const auto expected = static_cast<int>((chain.folded ? 2.0 : 1.0) * 1.03 * between) + 8;
    return expected < all ? expected : all;
  }
};

/// The samples of a chain.
template <class Team>
class TeamSemiclassics {
public:
  /// At most so many levels are sampled; of chains that are longer than any in use, too.
  static constexpr int most_samples = 320;

  QBATT_HD TeamSemiclassics(Team& team, const Chain& chain, Arena& arena, int capacity)
      : team_(team),
        chain_(chain),
        count_(arena.take<std::int32_t>(1)),
        level_(arena.take<index>(capacity)),
        measure_(arena.take<double>(capacity)),
        reach_(arena.take<double>(capacity)),
        diag_(arena.take<double>(capacity)) {}

  /// Finds the samples; what follows needs them.
  QBATT_HD void fill() {
    alone(team_, [&] {
      std::int32_t count = 0;
      for (int k = 0; k < levels_of(chain_); ++count) {
        const int next = next_sample(k, levels_of(chain_), chain_.folded);
        const int end = next < levels_of(chain_) ? next : levels_of(chain_);
        level_[count] = k + (end - 1 - k) / 2;
        measure_[count] = static_cast<double>(end - k);
        k = end;
      }
      *count_ = count;
    });
    share(team_, *count_, [&](int i) {
      const auto x = static_cast<double>(level_[i]);
      const double below = level_[i] > 0 ? offdiag(chain_.model, x - 1.0) : 0.0;
      const double above = level_[i] < chain_.dim - 1 ? offdiag(chain_.model, x) : 0.0;
      reach_[i] = below + above;
      diag_[i] = diag(chain_.model, x);
    });
  }

  [[nodiscard]] QBATT_HD LevelSamples samples() const { return {*count_, level_, measure_, reach_, diag_}; }

  /// The bond at which lambda is matched, given what sample is deepest for it.
  [[nodiscard]] QBATT_HD int bond_of_sample(int sample) const {
    const int last = levels_of(chain_) - 2;
    const auto level = static_cast<int>(level_[sample]);
    return level < last ? level : last;
  }

  /// Where all eigenvalues are matched, or -1. Where the diagonal is constant that is at the largest coupling; couplings of a
  /// folded chain grow up to the fold.
  [[nodiscard]] QBATT_HD int bond_for_any() const {
    if (!chain_.constant_diagonal) return -1;
    return chain_.folded ? levels_of(chain_) - 2 : bond_of_sample(deepest_sample(samples(), 0.0));
  }

  QBATT_HD QBATT_INLINE TeamPlan plan() {
    TeamPlan plan;
    plan.samples = *count_;
    plan.matrix_bound = between_samples *
                        largest_sample([&](int i) { return reach_[i] + diag_size(chain_.model, static_cast<double>(level_[i])); });
    const double end = spectrum_end(plan.matrix_bound);
    const bool all = levels_of(chain_) <= all_pairs_levels;
    plan.high = all ? end : window_edge(1.0, end);
    plan.low = chain_.constant_diagonal ? 0.0 : (all ? -end : window_edge(-1.0, end));
    const double reach = 2.0 * fmax(plan.high, -plan.low);  // a search may widen the window
    const double growth =
        largest_sample([&](int i) { return growth_at(chain_.model, dim_of(chain_), level_[i], diag_[i], reach); });
    plan.block = block_for_growth(growth);
    // As many as there are levels where numbers out of range leave no count.
    const double between = count_above(plan.low) - count_above(plan.high);
    plan.between = fmax(0.0, fmin(between, static_cast<double>(levels_of(chain_))));
    return plan;
  }

  /// semiclassical_count() by the whole team.
  [[nodiscard]] QBATT_HD double count_above(double lambda) {
    constexpr double pi = 3.14159265358979323846;
    return sum_of(team_, *count_,
                  [&](int i) {
                    const double x = (lambda - diag_[i]) / reach_[i];
                    return measure_[i] * (x >= 1.0 ? 0.0 : (x <= -1.0 ? pi : acos(x)));
                  }) /
           pi;
  }

private:
  template <class F>
  QBATT_HD double largest_sample(const F& f) {
    double most = 0.0;
    for (int i = team_.rank(); i < *count_; i += team_.threads()) most = fmax(most, f(i));
    return largest(team_, most);
  }

  // Outward from diag_0 = 0, where e_0 lives, until tunnelling leaves nothing of it or the spectrum ends, each thread a step
  // further. Where the diagonal varies, a level far from diag_0 but close in the chain may hold a vector that e_0 feels across a
  // gap: every level's own band is looked at.
  QBATT_HD double window_edge(double direction, double end) {
    constexpr double step = 1.2;
    constexpr int most_steps = 4096;  // 1.2^4096 overflows: the spectrum ends before
    const LevelSamples s = samples();
    double edge = 1.0;
    for (int rank = 0; rank < team_.rank(); ++rank) edge *= step;
    double first = HUGE_VAL;
    for (int steps = 0; steps < most_steps && first == HUGE_VAL; steps += team_.threads()) {
      const bool goes_on = edge < end && may_matter(s, direction * edge, direction * edge);
      first = team_.smallest(goes_on ? HUGE_VAL : edge);
      for (int i = 0; i < team_.threads(); ++i) edge *= step;
    }
    double farthest = first;
    for (int i = team_.rank(); !chain_.constant_diagonal && i < *count_; i += team_.threads()) {
      for (int part = 0; part <= 2; ++part) {
        const double lambda = diag_[i] + direction * 0.5 * part * reach_[i];
        if (direction * lambda > first && may_matter(s, lambda, lambda)) farthest = fmax(farthest, step * direction * lambda);
      }
    }
    return direction * fmin(largest(team_, farthest), end);
  }

  Team& team_;
  Chain chain_;
  std::int32_t* count_;
  index* level_;
  double* measure_;
  double* reach_;
  double* diag_;
};

/// Plans a chain in memory of its own.
template <class Team>
QBATT_HD QBATT_INLINE TeamPlan plan_chain(Team& team, const Chain& chain, Arena arena) {
  TeamSemiclassics<Team> semiclassics(team, chain, arena, TeamSemiclassics<Team>::most_samples);
  semiclassics.fill();
  return semiclassics.plan();
}

}  // namespace qbatt::kernels::inline QBATT_TARGET
