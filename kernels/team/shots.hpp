#pragma once

#include "kernels/match.hpp"
#include "kernels/shooting.hpp"
#include "kernels/team/arena.hpp"
#include "kernels/team/team.hpp"

// Shots through a chain by a team: the levels come tile by tile, whose coefficients the team computes once for all eigenvalues;
// each thread takes its eigenvalues through the tile.
namespace qbatt::kernels::inline QBATT_TARGET {

/// What takes a vector from one level to the next; see Coefficients. The first two, which are all that a chain with a constant
/// diagonal needs, come in one access.
struct alignas(32) LevelStep {
  double gain;
  double back;
  double shift;
  double weight;  ///< see Coefficients
};

/// Consecutive levels: how the chain is cut, one tile after the other, the last being shorter.
struct Tiling {
  int levels;
  int length;

  [[nodiscard]] QBATT_HD int count() const { return (levels + length - 1) / length; }
  [[nodiscard]] QBATT_HD int first(int tile) const { return tile * length; }
  [[nodiscard]] QBATT_HD int end(int tile) const { return (tile + 1) * length < levels ? (tile + 1) * length : levels; }
  [[nodiscard]] QBATT_HD int of(int level) const { return level / length; }
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

  /// Whether the diagonal varies: else no step has a shift.
  [[nodiscard]] QBATT_HD bool shifted() const { return shifted_; }
  [[nodiscard]] QBATT_HD int first() const { return first_; }
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
  QBATT_HD void place(Team& team, const Chain& chain, int tile) {
    shifted_ = !chain.constant_diagonal;
    first_ = tiling_.first(tile);
    count_ = tiling_.end(tile) - first_;
    for (int i = team.rank(); i <= count_; i += team.threads()) {
      const int k = first_ + i - 1;
      const bool inside = k >= 0 && k < dim_of(chain) - 1;
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
      out[i] = {gain, -(way == Way::up ? below(i) : above(i)) * gain, -diag_[i] * gain, weight};
    }
  }

private:
  Tiling tiling_;
  double* coupling_;  ///< entry i: of level first + i - 1 to the next
  double* inverse_;   ///< 1 over it, 0 at the ends of the chain
  double* diag_;
  LevelStep* up_;
  LevelStep* down_;
  int first_ = 0;
  int count_ = 0;
  bool shifted_ = true;
};

/// Takes `lanes` shots through entries begin ... end - 1 of a tile. `shifted`: what levels.shifted() says.
template <Way way, bool with_bound, bool shifted, int lanes>
QBATT_HD QBATT_INLINE void leave_entries_by(const TileLevels& levels, int begin, int end, int block, const double (&lambda)[lanes],
                                            Shot<double> (&shot)[lanes]) {
  static_assert(lanes == 1 || lanes == 2);
  constexpr int direction = way == Way::up ? 1 : -1;
  const LevelStep* step = levels.steps<way>() + (way == Way::up ? begin : end - 1);
  for (int left = end - begin; left > 0; left -= block) {
    ShotInFlight<with_bound, double> first(shot[0]);
    ShotInFlight<with_bound, double> second(shot[lanes - 1]);
    for (int count = left < block ? left : block; count > 0; --count, step += direction) {
      const double gain = step->gain;
      const double back = step->back;
      const double shift = shifted ? step->shift : 0.0;
      const double weight = with_bound ? step->weight : 0.0;
      first.leave_level(lambda[0], gain, shift, back, weight);
      if constexpr (lanes == 2) second.leave_level(lambda[1], gain, shift, back, weight);
    }
    first.land(shot[0]);
    shot[0].close_block();
    if constexpr (lanes == 2) {
      second.land(shot[1]);
      shot[1].close_block();
    }
  }
}

template <Way way, bool with_bound, int lanes>
QBATT_HD QBATT_INLINE void leave_entries(const TileLevels& levels, int begin, int end, int block, const double (&lambda)[lanes],
                                         Shot<double> (&shot)[lanes]) {
  if (levels.shifted())
    leave_entries_by<way, with_bound, true, lanes>(levels, begin, end, block, lambda, shot);
  else
    leave_entries_by<way, with_bound, false, lanes>(levels, begin, end, block, lambda, shot);
}

/// Shots on their way, between two tiles: field by field, so that neighboring threads meet neighboring numbers.
struct ShotArrays {
  double* here;
  double* behind;
  double* norm;
  double* bound;
  double* changes;
  double* scale;

  QBATT_HD ShotArrays(Arena& arena, int capacity)
      : here(arena.take<double>(capacity)),
        behind(arena.take<double>(capacity)),
        norm(arena.take<double>(capacity)),
        bound(arena.take<double>(capacity)),
        changes(arena.take<double>(capacity)),
        scale(arena.take<double>(capacity)) {}

  /// Shots i ... i + lanes - 1, i a multiple of lanes: two come in one access.
  template <bool with_bound, int lanes>
  QBATT_HD void load(int i, Shot<double> (&shot)[lanes]) const {
    QBATT_UNROLL
    for (int l = 0; l < lanes; ++l) {
      shot[l] = Shot<double>{};
      shot[l].vector = {row<lanes>(here, i)[l], row<lanes>(behind, i)[l]};
      shot[l].norm = row<lanes>(norm, i)[l];
      if (with_bound) shot[l].bound = row<lanes>(bound, i)[l];
      shot[l].changes = row<lanes>(changes, i)[l];
      shot[l].scale = row<lanes>(scale, i)[l];
    }
  }

  template <bool with_bound, int lanes>
  QBATT_HD void store(int i, const Shot<double> (&shot)[lanes]) const {
    QBATT_UNROLL
    for (int l = 0; l < lanes; ++l) {
      row<lanes>(here, i)[l] = shot[l].vector.here;
      row<lanes>(behind, i)[l] = shot[l].vector.behind;
      row<lanes>(norm, i)[l] = shot[l].norm;
      if (with_bound) row<lanes>(bound, i)[l] = shot[l].bound;
      row<lanes>(changes, i)[l] = shot[l].changes;
      row<lanes>(scale, i)[l] = shot[l].scale;
    }
  }

private:
  template <int lanes>
  [[nodiscard]] QBATT_HD static double* row(double* field, int i) {
    return static_cast<double*>(__builtin_assume_aligned(field + i, lanes * sizeof(double)));
  }
};

/// Eigenvalues to shoot at, in memory of the team, and what the shots come to.
struct TeamTargets {
  double* lambda;
  double* parity;
  std::int32_t* bond;
  ShotArrays up;
  ShotArrays down;

  QBATT_HD TeamTargets(Arena& arena, int capacity)
      : lambda(arena.take<double>(capacity)),
        parity(arena.take<double>(capacity)),
        bond(arena.take<std::int32_t>(capacity)),
        up(arena, capacity),
        down(arena, capacity) {}

  template <Way way>
  [[nodiscard]] QBATT_HD const ShotArrays& shots() const {
    return way == Way::up ? up : down;
  }

  /// At the bond of target i. The bounds of residuals are sums only where they were asked for.
  [[nodiscard]] QBATT_HD BondValues values(int i) const {
    BondValues v{};
    v.up_here = up.here[i];
    v.up_behind = up.behind[i];
    v.up_norm = up.norm[i];
    v.up_bound = up.bound[i];
    v.up_changes = up.changes[i];
    v.up_scale = up.scale[i];
    v.down_here = down.here[i];
    v.down_behind = down.behind[i];
    v.down_norm = down.norm[i];
    v.down_bound = down.bound[i];
    v.down_changes = down.changes[i];
    v.down_scale = down.scale[i];
    return v;
  }
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
        top_(LevelCoefficients<double>::at(chain, static_cast<double>(levels_of(chain) - 1))) {}

  /// Shoots at the first `count` targets from both ends, upward and downward side by side, and leaves their values.
  template <bool with_bound>
  QBATT_HD void shoot(const TeamTargets& targets, int count) {
    int lowest = levels_of(chain_);
    int highest = 0;
    for (int i = team_.rank(); i < count; i += team_.threads()) {
      lowest = targets.bond[i] < lowest ? targets.bond[i] : lowest;
      highest = targets.bond[i] > highest ? targets.bond[i] : highest;
      begin(targets, i);
    }
    lowest = static_cast<int>(team_.smallest(static_cast<double>(lowest)));
    highest = static_cast<int>(largest(team_, static_cast<double>(highest)));
    const int tiles = tiling_.count();
    for (int step = 0; step < tiles; ++step) {
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
    const Coefficients c{levels_of(chain_) - 1, &top.offdiag,   &top.diag,       &top.up_gain,   &top.up_shift,
                         &top.up_back,          &top.down_gain, &top.down_shift, &top.down_back, &top.weight};
    return Shot<double>::at_top(chain_, c, lambda, parity);
  }

private:
  QBATT_HD void begin(const TeamTargets& targets, int i) const {
    const Shot<double> bottom[1] = {Shot<double>::at_bottom()};
    const Shot<double> top[1] = {at_top(targets.lambda[i], targets.parity[i])};
    targets.up.store<true>(i, bottom);
    targets.down.store<true>(i, top);
  }

  /// Items: those that go upward, then those that go downward. A thread takes two neighbors at once, so that it reads each step
  /// once for both, where there are enough of them.
  template <bool with_bound>
  QBATT_HD void take_all_through(const TeamTargets& targets, int count, bool up, bool down) {
    const int ways = (up ? 1 : 0) + (down ? 1 : 0);
    constexpr int enough = 32;
    const bool two = count > enough;
    const int each = two ? (count + 1) / 2 : count;
    for (int item = team_.rank(); item < ways * each; item += team_.threads()) {
      const bool upward = up && item < each;
      const int place = item < each ? item : item - each;
      const int i = two ? 2 * place : place;
      if (two && i + 1 < count)
        take<with_bound, 2>(targets, i, upward);
      else
        take<with_bound, 1>(targets, i, upward);
    }
  }

  template <bool with_bound, int lanes>
  QBATT_HD void take(const TeamTargets& targets, int i, bool upward) {
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
  [[nodiscard]] QBATT_HD Range range(const TeamTargets& targets, int i) const {
    const TileLevels& levels = way == Way::up ? upward_ : downward_;
    const int bond = targets.bond[i] + 1 - levels.first();  // the first entry above it
    const int cut = bond < 0 ? 0 : (bond < levels.count() ? bond : levels.count());
    return way == Way::up ? Range{0, cut} : Range{cut, levels.count()};
  }

  /// Targets i ... i + lanes - 1, which are neighbors.
  template <Way way, bool with_bound, int lanes>
  QBATT_HD void take_through(const TeamTargets& targets, int i) {
    const TileLevels& levels = way == Way::up ? upward_ : downward_;
    double lambda[lanes];
    Shot<double> shot[lanes];
    Range own[lanes];
    QBATT_UNROLL
    for (int l = 0; l < lanes; ++l) {
      lambda[l] = targets.lambda[i + l];
      own[l] = range<way>(targets, i + l);
    }
    targets.shots<way>().template load<with_bound>(i, shot);
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
    }
    targets.shots<way>().template store<with_bound>(i, shot);
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
