#pragma once

#include "kernels/cuda/chebyshev_plan.hpp"
#include "kernels/cuda/observation.hpp"
#include "kernels/cuda/pair_batch.hpp"

// Stages of Chebyshev expansions: see kernels/chebyshev_tile.hpp.
namespace qbatt::cuda {

/// One tile of one expansion.
struct ChebyshevTileItem {
  index expansion;
  index first;  ///< see tile_begin()
};

/// Item (tile), by a team: one pass.
template <ChebyshevKind kind, std::size_t place>
struct ExpandTiles {
  static constexpr ChebyshevClass shape = chebyshev_classes(kind)[place];
  static constexpr int threads = shape.threads;
  static constexpr int capacity = shape.threads * shape.own;
  static constexpr int margin = shape.margin();
  static constexpr int targets = shape.targets;
  static constexpr bool whole = shape.whole();

  const kernels::ChebyshevExpansion* expansions;
  const ChebyshevTileItem* tiles;
  index count;
  int number;  ///< of the pass

  [[nodiscard]] QBATT_HD index items() const { return count; }

  template <class Team>
  QBATT_HD void operator()(Team& team, index item) const {
    const kernels::ChebyshevExpansion& e = expansions[tiles[item].expansion];
    const kernels::ChebyshevPass pass = chebyshev_pass(capacity, margin, e.levels, e.orders, number);
    // Levels that the last order of the pass does not reach are zero and stay so.
    if (pass.begin < pass.end && tiles[item].first < e.support + pass.end)
      kernels::ChebyshevTile<kind, capacity / Team::size, targets, whole, Team>(e, tiles[item].first, team).run(pass);
  }
};

/// Item (entry).
struct FillEntries {
  double* entries;
  index count;
  double value;

  [[nodiscard]] QBATT_HD index items() const { return count; }
  QBATT_HD void operator()(index item) const { entries[item] = value; }
};

/// States of n levels of a batch, kept at the beginnings of legs.
struct KeptStates {
  double* entries;  ///< [count][kept][parts][n]
  index kept;
  index parts;  ///< 1 where the diagonal is constant: phi; else 2: re, im
  index n;

  [[nodiscard]] QBATT_HD double* at(index system, index slot) const { return entries + (system * kept + slot) * parts * n; }
};

/// Item (system): the start, in slot 0 of states that are zero.
struct WriteStarts {
  KeptStates states;
  index count;

  [[nodiscard]] QBATT_HD index items() const { return count; }
  QBATT_HD void operator()(index system) const { states.at(system, 0)[0] = 1.0; }
};

/// A state where a leg ends.
struct LegEnd {
  double* state;  ///< [parts][n]
  index levels;   ///< beyond which it is zero
};

/// Item (end, entry): zero, to be summed to.
struct ClearEnds {
  const LegEnd* ends;
  index count;
  index entries;  ///< parts n

  [[nodiscard]] QBATT_HD index items() const { return count * entries; }
  QBATT_HD void operator()(index item) const { ends[item / entries].state[item % entries] = 0.0; }
};

/// Item (end, segment): the sum of its populations.
struct SumSegments {
  const LegEnd* ends;
  index count;
  index n;
  index parts;
  double* sums;  ///< [count][segments]

  [[nodiscard]] QBATT_HD index items() const { return count * segment_count(n); }

  QBATT_HD void operator()(index item) const {
    const LegEnd& end = ends[item / segment_count(n)];
    const index length = segment_levels(n);
    const index first = item % segment_count(n) * length;
    const index last = first + length < end.levels ? first + length : end.levels;
    double sum = 0.0;
    for (index part = 0; part < parts; ++part) {
      for (index k = first; k < last; ++k) {
        const double x = end.state[part * n + k];
        sum += x * x;
      }
    }
    sums[item] = sum;
  }
};

/// Item (end): how many levels to keep of it, beyond which lies less than `tail` in norm; at least 1.
struct FindSupports {
  const LegEnd* ends;
  index count;
  index n;
  index parts;
  const double* sums;
  double tail;
  index* supports;  ///< [count]

  [[nodiscard]] QBATT_HD index items() const { return count; }

  QBATT_HD void operator()(index item) const {
    const LegEnd& end = ends[item];
    double outside = 0.0;
    const index length = segment_levels(n);
    index segment = (end.levels + length - 1) / length;
    while (segment > 1 && outside + sums[item * segment_count(n) + segment - 1] <= tail * tail) {
      --segment;
      outside += sums[item * segment_count(n) + segment];
    }
    index k = segment * length < end.levels ? segment * length : end.levels;
    while (k > 1) {
      for (index part = 0; part < parts; ++part) {
        const double x = end.state[part * n + k - 1];
        outside += x * x;
      }
      if (outside > tail * tail) break;
      --k;
    }
    supports[item] = k;
  }
};

/// Item (member, level, time): NaN where the time is none.
struct VoidColumns {
  TimeSlab slab;
  index n;

  [[nodiscard]] QBATT_HD index items() const { return slab.count * n * slab.columns; }

  QBATT_HD void operator()(index item) const {
    const index time = item % slab.columns % slab.times;
    const index member = item / (slab.columns * n);
    if (!isfinite(slab.t[member * slab.times + time])) slab.amplitudes[item] = static_cast<double>(NAN);
  }
};

}  // namespace qbatt::cuda
