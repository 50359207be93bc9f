#pragma once

#include "kernels/match.hpp"
#include "kernels/shooting.hpp"
#include "kernels/team/arena.hpp"
#include "kernels/team/team.hpp"

// Shots through a chain by a team: the levels come tile by tile, whose coefficients the team computes once for all eigenvalues;
// each thread takes its eigenvalues through the tile.
namespace qbatt::kernels::inline QBATT_TARGET {

/// What takes a vector from one level to the next, side by side; see Coefficients.
struct alignas(32) LevelStep {
  double gain;
  double shift;
  double back;
  double weight;  ///< see Coefficients
};

/// Consecutive levels: how the chain is cut, one tile after the other, the last being shorter.
struct Tiling {
  index levels;
  index length;

  [[nodiscard]] QBATT_HD index count() const { return (levels + length - 1) / length; }
  [[nodiscard]] QBATT_HD index first(index tile) const { return tile * length; }
  [[nodiscard]] QBATT_HD index end(index tile) const { return (tile + 1) * length < levels ? (tile + 1) * length : levels; }
  [[nodiscard]] QBATT_HD index of(index level) const { return level / length; }
};

/// The matrix at the levels of one tile, and the steps through them.
class TileLevels {
public:
  QBATT_HD TileLevels(Arena& arena, const Tiling& tiling)
      : tiling_(tiling),
        coupling_(arena.take<double>(tiling.length + 1)),
        inverse_(arena.take<double>(tiling.length + 1)),
        diag_(arena.take<double>(tiling.length)),
        up_(arena.take<LevelStep>(tiling.length)),
        down_(arena.take<LevelStep>(tiling.length)) {}

  [[nodiscard]] QBATT_HD index first() const { return first_; }
  [[nodiscard]] QBATT_HD int count() const { return count_; }
  /// Coupling of entry i of the tile to the level above, and to the one below.
  [[nodiscard]] QBATT_HD double above(int i) const { return coupling_[i + 1]; }
  [[nodiscard]] QBATT_HD double below(int i) const { return coupling_[i]; }
  [[nodiscard]] QBATT_HD double diag(int i) const { return diag_[i]; }
  template <Way way>
  [[nodiscard]] QBATT_HD const LevelStep* steps() const {
    return way == Way::up ? up_ : down_;
  }

  /// One root and one division a level. The team must meet before place_steps().
  template <class Team>
  QBATT_HD void place(Team& team, const Chain& chain, index tile) {
    first_ = tiling_.first(tile);
    count_ = static_cast<int>(tiling_.end(tile) - first_);
    for (int i = team.rank(); i <= count_; i += team.threads()) {
      const index k = first_ + i - 1;
      const bool inside = k >= 0 && k < chain.dim - 1;
      const double b = inside ? offdiag(chain.model, static_cast<double>(k)) : 0.0;
      coupling_[i] = b;
      inverse_[i] = inside ? 1.0 / b : 0.0;
    }
    for (int i = team.rank(); i < count_; i += team.threads())
      diag_[i] = chain.constant_diagonal ? 0.0 : kernels::diag(chain.model, static_cast<double>(first_ + i));
  }

  /// The steps that way. The team must meet before they are read.
  template <Way way, class Team>
  QBATT_HD void place_steps(Team& team, const Chain& chain) {
    LevelStep* const out = way == Way::up ? up_ : down_;
    for (int i = team.rank(); i < count_; i += team.threads()) {
      const double gain = inverse_[way == Way::up ? i + 1 : i];
      const double size = chain.constant_diagonal ? 0.0 : diag_size(chain.model, static_cast<double>(first_ + i));
      const double weight = above(i) * above(i) + below(i) * below(i) + size * size;
      out[i] = {gain, -diag_[i] * gain, -(way == Way::up ? below(i) : above(i)) * gain, weight};
    }
  }

private:
  Tiling tiling_;
  double* coupling_;  ///< entry i: of level first + i - 1 to the next
  double* inverse_;   ///< 1 over it, 0 at the ends of the chain
  double* diag_;
  LevelStep* up_;
  LevelStep* down_;
  index first_ = 0;
  int count_ = 0;
};

/// Takes `lanes` shots through entries begin ... end - 1 of a tile.
template <Way way, bool with_bound, int lanes>
QBATT_HD QBATT_INLINE void leave_entries(const TileLevels& levels, int begin, int end, int block, const double (&lambda)[lanes],
                                         Shot<double> (&shot)[lanes]) {
  static_assert(lanes == 1 || lanes == 2);
  const LevelStep* const steps = levels.steps<way>();
  int at = way == Way::up ? begin : end - 1;
  for (int left = end - begin; left > 0; left -= block) {
    ShotInFlight<with_bound, double> first(shot[0]);
    ShotInFlight<with_bound, double> second(shot[lanes - 1]);
    for (int count = left < block ? left : block; count > 0; --count) {
      const LevelStep& s = steps[at];
      const double gain = s.gain;
      const double shift = s.shift;
      const double back = s.back;
      const double weight = with_bound ? s.weight : 0.0;
      first.leave_level(lambda[0], gain, shift, back, weight);
      if constexpr (lanes == 2) second.leave_level(lambda[1], gain, shift, back, weight);
      at += way == Way::up ? 1 : -1;
    }
    first.land(shot[0]);
    shot[0].close_block();
    if constexpr (lanes == 2) {
      second.land(shot[1]);
      shot[1].close_block();
    }
  }
}

/// Eigenvalues to shoot at, in memory of the team.
struct TeamTargets {
  double* lambda;
  double* parity;
  std::int32_t* bond;
  BondValues* values;  ///< what the shots come to; the residual sums where they are asked for

  QBATT_HD TeamTargets(Arena& arena, index capacity)
      : lambda(arena.take<double>(capacity)),
        parity(arena.take<double>(capacity)),
        bond(arena.take<std::int32_t>(capacity)),
        values(arena.take<BondValues>(capacity)) {}
};

/// A chain being shot at by a team.
template <class Team>
class TeamShots {
public:
  QBATT_HD TeamShots(Team& team, const Chain& chain, const Tiling& tiling, int block, Arena& arena)
      : team_(team),
        chain_(chain),
        tiling_(tiling),
        block_(block),
        upward_(arena, tiling),
        downward_(arena, tiling),
        top_(LevelCoefficients<double>::at(chain, static_cast<double>(chain.levels - 1))) {}

  /// Shoots at the first `count` targets from both ends, upward and downward side by side, and leaves their values.
  template <bool with_bound>
  QBATT_HD void shoot(const TeamTargets& targets, index count) {
    index lowest = chain_.levels;
    index highest = 0;
    for (index i = team_.rank(); i < count; i += team_.threads()) {
      lowest = targets.bond[i] < lowest ? targets.bond[i] : lowest;
      highest = targets.bond[i] > highest ? targets.bond[i] : highest;
      begin(targets, i);
    }
    lowest = static_cast<index>(team_.smallest(static_cast<double>(lowest)));
    highest = static_cast<index>(largest(team_, static_cast<double>(highest)));
    const index tiles = tiling_.count();
    for (index step = 0; step < tiles; ++step) {
      const bool up = step <= tiling_.of(highest);
      const bool down = tiles - 1 - step >= tiling_.of(lowest + 1);
      if (!up && !down) break;
      if (up) upward_.place(team_, chain_, step);
      if (down) downward_.place(team_, chain_, tiles - 1 - step);
      team_.barrier();
      if (up) upward_.template place_steps<Way::up>(team_, chain_);
      if (down) downward_.template place_steps<Way::down>(team_, chain_);
      team_.barrier();
      take_all_through<with_bound>(targets, count, up, down);
      team_.barrier();
    }
  }

  /// What the downward shot of a target is at its top.
  [[nodiscard]] QBATT_HD Shot<double> at_top(double lambda, double parity) const {
    LevelCoefficients<double> top = top_;
    const Coefficients c{chain_.levels - 1, &top.offdiag,   &top.diag,       &top.up_gain,   &top.up_shift,
                         &top.up_back,      &top.down_gain, &top.down_shift, &top.down_back, &top.weight};
    return Shot<double>::at_top(chain_, c, lambda, parity);
  }

private:
  QBATT_HD void begin(const TeamTargets& targets, index i) const {
    const Shot<double> top = at_top(targets.lambda[i], targets.parity[i]);
    BondValues v{};
    v.up_here = 1.0;
    v.down_here = top.vector.here;
    v.down_behind = top.vector.behind;
    v.down_norm = top.norm;
    targets.values[i] = v;
  }

  /// Items: those that go upward, then those that go downward. A thread takes two neighbors at once, so that it reads each step
  /// once for both, where there are enough of them.
  template <bool with_bound>
  QBATT_HD void take_all_through(const TeamTargets& targets, index count, bool up, bool down) {
    const index ways = (up ? 1 : 0) + (down ? 1 : 0);
    constexpr index enough = 32;
    const bool two = count > enough;
    const index each = two ? (count + 1) / 2 : count;
    for (index item = team_.rank(); item < ways * each; item += team_.threads()) {
      const bool upward = up && item < each;
      const index place = item < each ? item : item - each;
      const index i = two ? 2 * place : place;
      if (two && i + 1 < count)
        take<with_bound, 2>(targets, i, upward);
      else
        take<with_bound, 1>(targets, i, upward);
    }
  }

  template <bool with_bound, int lanes>
  QBATT_HD void take(const TeamTargets& targets, index i, bool upward) {
    if (upward)
      take_through<Way::up, with_bound, lanes>(targets, i);
    else
      take_through<Way::down, with_bound, lanes>(targets, i);
  }

  /// Entries of the tile that target i leaves that way.
  struct Range {
    int begin;
    int end;
  };

  template <Way way>
  [[nodiscard]] QBATT_HD Range range(const TeamTargets& targets, index i) const {
    const TileLevels& levels = way == Way::up ? upward_ : downward_;
    const index bond = targets.bond[i] + 1 - levels.first();  // the first entry above it
    const auto cut = static_cast<int>(bond < 0 ? 0 : (bond < levels.count() ? bond : levels.count()));
    return way == Way::up ? Range{0, cut} : Range{cut, levels.count()};
  }

  /// Targets i ... i + lanes - 1, which are neighbors.
  template <Way way, bool with_bound, int lanes>
  QBATT_HD void take_through(const TeamTargets& targets, index i) {
    const TileLevels& levels = way == Way::up ? upward_ : downward_;
    double lambda[lanes];
    Shot<double> shot[lanes];
    Range own[lanes];
    QBATT_UNROLL
    for (int l = 0; l < lanes; ++l) {
      lambda[l] = targets.lambda[i + l];
      own[l] = range<way>(targets, i + l);
      shot[l] = load<way>(targets.values[i + l]);
    }
    const Range& a = own[0];
    const Range& b = own[lanes - 1];
    const Range common =
        way == Way::up ? Range{0, a.end < b.end ? a.end : b.end} : Range{a.begin > b.begin ? a.begin : b.begin, a.end};
    leave_entries<way, with_bound, lanes>(levels, common.begin, common.end, block_, lambda, shot);
    QBATT_UNROLL
    for (int l = 0; l < lanes; ++l) {
      const Range rest = way == Way::up ? Range{common.end, own[l].end} : Range{own[l].begin, common.begin};
      if (lanes > 1 && rest.begin < rest.end) {
        const double own_lambda[1] = {lambda[l]};
        Shot<double> own_shot[1] = {shot[l]};
        leave_entries<way, with_bound, 1>(levels, rest.begin, rest.end, block_, own_lambda, own_shot);
        shot[l] = own_shot[0];
      }
      store<way>(shot[l], targets.values[i + l]);
    }
  }

  template <Way way>
  QBATT_HD static Shot<double> load(const BondValues& v) {
    constexpr bool up = way == Way::up;
    Shot<double> s;
    s.vector = {up ? v.up_here : v.down_here, up ? v.up_behind : v.down_behind};
    s.norm = up ? v.up_norm : v.down_norm;
    s.bound = up ? v.up_bound : v.down_bound;
    s.changes = up ? v.up_changes : v.down_changes;
    s.scale = up ? v.up_scale : v.down_scale;
    return s;
  }

  template <Way way>
  QBATT_HD static void store(const Shot<double>& s, BondValues& v) {
    constexpr bool up = way == Way::up;
    (up ? v.up_here : v.down_here) = s.vector.here;
    (up ? v.up_behind : v.down_behind) = s.vector.behind;
    (up ? v.up_norm : v.down_norm) = s.norm;
    (up ? v.up_bound : v.down_bound) = s.bound;
    (up ? v.up_changes : v.down_changes) = s.changes;
    (up ? v.up_scale : v.down_scale) = s.scale;
  }

  Team& team_;
  Chain chain_;
  Tiling tiling_;
  int block_;
  TileLevels upward_;
  TileLevels downward_;
  LevelCoefficients<double> top_;
};

/// What both shots of a target say, the change of sign across the bond left to the fraction of the phase.
QBATT_HD inline Match match_of(BondValues v, double bond_offdiag) {
  v.up_changes -= sign_change(v.up_behind, v.up_here);
  v.down_changes -= sign_change(v.down_behind, v.down_here);
  return match(v, bond_offdiag);
}

}  // namespace qbatt::kernels::inline QBATT_TARGET
