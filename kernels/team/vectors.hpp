#pragma once

#include "kernels/team/pairs.hpp"

// The vectors c_j v_j of a chain by a team, regenerated tile by tile from the bottom upward: below its bond a vector goes on from
// the tile before, above it it comes down from where the shot from the top stood at the tile's upper end.
namespace qbatt::kernels::inline QBATT_TARGET {

/// Values of vectors at the levels of a tile: entry i of vector j at [i * pitch + j].
struct VectorTile {
  double* values;
  int pitch;
  int length;  ///< levels there is room for

  QBATT_HD VectorTile(Arena& arena, int levels, int vectors)
      : values(arena.take<double>(levels * (vectors + 16))), pitch(vectors), length(levels) {}

  [[nodiscard]] QBATT_HD double& at(int i, int j) const { return values[i * pitch + j]; }
};

template <class Team>
class TeamVectors {
public:
  /// Takes memory for what it knows of the pairs: at most tiling.count() checkpoints of each.
  QBATT_HD TeamVectors(Team& team, const Chain& chain, const Tiling& tiling, const TeamPairs& pairs, Arena& arena)
      : team_(team),
        chain_(chain),
        tiling_(tiling),
        pairs_(pairs),
        levels_(arena, tiling),
        up_(arena.take<VectorPair<double>>(pairs.capacity)),
        first_down_(lowest_bond() + 1 < tiling.levels ? tiling.of(lowest_bond() + 1) : tiling.count()),
        down_(arena.take<VectorPair<double>>((tiling.count() - first_down_) * pairs.capacity)) {}

  /// Bytes of all that, at most.
  QBATT_HD static std::size_t bytes(const Tiling& tiling, int pairs) {
    Arena arena = Arena::measure();
    const TileLevels levels(arena, tiling);
    arena.take<VectorPair<double>>(pairs);
    arena.take<VectorPair<double>>(tiling.count() * pairs);
    return arena.taken();
  }

  [[nodiscard]] QBATT_HD const TileLevels& levels() const { return levels_; }

  /// Runs the shots from the top down once more and keeps where they stand at the upper end of each tile. `scratch`: memory that is
  /// free meanwhile.
  QBATT_HD QBATT_INLINE void prepare(const TeamShots<Team>& shots, int block, Arena scratch) {
    auto* const running = scratch.take<Shot<double>>(pairs_.count);
    share(team_, pairs_.count, [&](int j) { running[j] = shots.at_top(pairs_.lambda[j], pairs_.parity(j)); });
    for (int tile = tiling_.count(); tile-- > first_down_;) {
      levels_.place(team_, chain_, tile);
      team_.barrier();
      levels_.template place_steps<Way::down>(team_, chain_);
      team_.barrier();
      share(team_, pairs_.count, [&](int j) {
        const int cut = first_downward(j);
        if (cut == levels_.count()) return;
        Shot<double> shot[1] = {running[j]};
        const double factor = pairs_.down_factor[j];
        const double exponent = pairs_.down_exponent[j] + shot[0].scale;
        checkpoint(tile, j) = {scaled(shot[0].vector.here * factor, exponent), scaled(shot[0].vector.behind * factor, exponent)};
        const double lambda[1] = {pairs_.lambda[j]};
        leave_entries<Way::down, false, 1>(levels_, cut, levels_.count(), block, lambda, shot);
        running[j] = shot[0];
      });
    }
  }

  /// Places the levels of a tile, and the vectors of the first `count` pairs or, where there is a list, of those on it; -1 there
  /// stands for a vector of zeros. Tiles must come in ascending order from the first, with the same pairs. `filled`: levels beyond
  /// the end of the chain become zero, as far as the tile has room.
  QBATT_HD QBATT_INLINE void generate(int tile, const std::int32_t* list, int count, bool filled, const VectorTile& out) {
    levels_.place(team_, chain_, tile);
    team_.barrier();
    levels_.template place_steps<Way::up>(team_, chain_);
    if (tile >= first_down_) levels_.template place_steps<Way::down>(team_, chain_);
    team_.barrier();
    const auto pair_at = [&](int place) -> int {
      if (place >= count) return -1;
      return list == nullptr ? place : list[place];
    };
    // Two a thread, so that it reads each step once for both: as far apart as a warp is wide, so that its threads write side by
    // side.
    const int apart = team_.threads() < 32 ? team_.threads() : 32;
    share(team_, (count + 2 * apart - 1) / (2 * apart) * apart, [&](int item) {
      const int place[2] = {item / apart * 2 * apart + item % apart, item / apart * 2 * apart + item % apart + apart};
      const int pair[2] = {pair_at(place[0]), pair_at(place[1])};
      if (pair[0] >= 0 && pair[1] >= 0 && first_downward(pair[0]) == first_downward(pair[1])) {
        generate_places<2>(tile, place, pair, out);
      } else {
        for (int l = 0; l < 2; ++l) {
          const int own_place[1] = {place[l]};
          const int own_pair[1] = {pair[l]};
          if (pair[l] >= 0) generate_places<1>(tile, own_place, own_pair, out);
        }
      }
      for (int l = 0; l < 2 && place[l] < count; ++l) {
        const int end = filled ? out.length : levels_.count();
        for (int i = pair[l] >= 0 ? levels_.count() : 0; i < end; ++i) out.at(i, place[l]) = 0.0;
      }
    });
  }

private:
  [[nodiscard]] QBATT_HD int lowest_bond() const {
    int lowest = levels_of(chain_);
    for (int j = team_.rank(); j < pairs_.count; j += team_.threads()) lowest = pairs_.bond[j] < lowest ? pairs_.bond[j] : lowest;
    return static_cast<int>(team_.smallest(static_cast<double>(lowest)));
  }

  /// The entry of the present tile from which on pair j comes down.
  [[nodiscard]] QBATT_HD int first_downward(int j) const {
    const int cut = pairs_.bond[j] + 1 - levels_.first();
    return cut < 0 ? 0 : (cut < levels_.count() ? cut : levels_.count());
  }

  [[nodiscard]] QBATT_HD VectorPair<double>& checkpoint(int tile, int j) const {
    return down_[(tile - first_down_) * pairs_.capacity + j];
  }

  /// The vectors of `lanes` pairs, which have the same bond, to as many places.
  template <int lanes>
  QBATT_HD void generate_places(int tile, const int (&place)[lanes], const int (&pair)[lanes], const VectorTile& out) const {
    const int cut = first_downward(pair[0]);
    double lambda[lanes];
    VectorPair<double> v[lanes];
    QBATT_UNROLL
    for (int l = 0; l < lanes; ++l) lambda[l] = pairs_.lambda[pair[l]];
    if (cut > 0) {
      QBATT_UNROLL
      for (int l = 0; l < lanes; ++l) v[l] = tile == 0 ? VectorPair<double>{pairs_.weight[pair[l]], 0.0} : up_[place[l]];
      write_entries<Way::up, lanes>(0, cut, place, lambda, out, v);
      QBATT_UNROLL
      for (int l = 0; l < lanes; ++l) up_[place[l]] = v[l];
    }
    if (cut < levels_.count()) {
      QBATT_UNROLL
      for (int l = 0; l < lanes; ++l) v[l] = checkpoint(tile, pair[l]);
      write_entries<Way::down, lanes>(cut, levels_.count(), place, lambda, out, v);
    }
  }

  template <Way way, int lanes>
  QBATT_HD void write_entries(int begin, int end, const int (&place)[lanes], const double (&lambda)[lanes], const VectorTile& out,
                              VectorPair<double> (&v)[lanes]) const {
    if (levels_.shifted())
      write_entries_by<way, true, lanes>(begin, end, place, lambda, out, v);
    else
      write_entries_by<way, false, lanes>(begin, end, place, lambda, out, v);
  }

  /// Writes entries begin ... end - 1 of the tile and takes the vectors beyond them, that way.
  template <Way way, bool shifted, int lanes>
  QBATT_HD void write_entries_by(int begin, int end, const int (&place)[lanes], const double (&lambda)[lanes],
                                 const VectorTile& out, VectorPair<double> (&v)[lanes]) const {
    constexpr int direction = way == Way::up ? 1 : -1;
    const int first = way == Way::up ? begin : end - 1;
    const LevelStep* step = levels_.template steps<way>() + first;
    double* row = out.values + first * out.pitch + place[0];
    const std::ptrdiff_t to_next = direction * out.pitch;
    const std::ptrdiff_t apart = place[lanes - 1] - place[0];
    for (int left = end - begin; left > 0; --left, step += direction, row += to_next) {
      const double gain = step->gain;
      const double back = step->back;
      const double shift = shifted ? step->shift : 0.0;
      QBATT_UNROLL
      for (int l = 0; l < lanes; ++l) {
        row[l * apart] = v[l].here;
        v[l] = {next_value(lambda[l], gain, shift, back, v[l].here, v[l].behind), v[l].here};
      }
    }
  }

  Team& team_;
  Chain chain_;
  Tiling tiling_;
  TeamPairs pairs_;
  TileLevels levels_;
  VectorPair<double>* up_;    ///< [pair of the list] at the lower end of the next tile
  int first_down_;            ///< the first tile in which a vector comes down
  VectorPair<double>* down_;  ///< [tile - first_down_][pair] at the upper end of the tile
};

}  // namespace qbatt::kernels::inline QBATT_TARGET
