#pragma once

#include "kernels/cuda/evolution.hpp"
#include "kernels/cuda/shooting_stages.hpp"
#include "kernels/segment.hpp"

// Stages of shooting through one long chain, in segments of levels: see kernels/segment.hpp. Items are (segment, eigenvalue):
// neighboring threads take neighboring eigenvalues, walk through the same levels and read the same coefficients.
namespace qbatt::cuda {

/// A chain cut into segments of `length` kept levels, the last one shorter.
struct Segments {
  kernels::ShootingChain chain;
  index length;
  index count;

  [[nodiscard]] QBATT_HD index first(index s) const { return s * length; }
  [[nodiscard]] QBATT_HD index end(index s) const {
    return first(s) + length < chain.levels() ? first(s) + length : chain.levels();
  }
  [[nodiscard]] QBATT_HD index of(index level) const { return level / length; }
};

/// Item (level).
struct WriteShootingCoefficients {
  kernels::ShootingChain chain;

  [[nodiscard]] QBATT_HD index items() const { return chain.levels(); }
  QBATT_HD void operator()(index k) const {
    kernels::LevelCoefficients<double>::at(chain.chain, static_cast<double>(k)).store_in(chain.coefficients, k);
  }
};

/// Shots at several eigenvalues at once. Views.
struct LongShots {
  Segments segments;
  index count;                          ///< eigenvalues there is room for
  const double* lambda;                 ///< [count]
  const double* parity;                 ///< [count]
  const index* bond;                    ///< [count] -1: nobody shoots at this one
  kernels::SegmentTransfer* transfers;  ///< [segments][count] upward below the bond's segment, downward above it
  kernels::ScaledPair* up_starts;       ///< [segments][count] with which the shots begin
  kernels::ScaledPair* down_starts;
  kernels::SegmentShot* up_shots;  ///< [segments][count]
  kernels::SegmentShot* down_shots;
  kernels::Match* matches;  ///< [count]
  double* up_scales;        ///< [count] in which the shots arrive at the bond
  double* down_scales;

  [[nodiscard]] QBATT_HD index items() const { return count * segments.count; }
  /// Where what belongs to eigenvalue q and segment s stands.
  [[nodiscard]] QBATT_HD index at(index q, index s) const { return s * count + q; }

  /// The last segment of the shot upward, and of the shot downward.
  [[nodiscard]] QBATT_HD index last_up(index q) const { return segments.of(bond[q]); }
  [[nodiscard]] QBATT_HD index last_down(index q) const { return segments.of(bond[q] + 1); }
  /// Levels below `up_end` of a segment belong to the shot upward, the others to the shot downward.
  [[nodiscard]] QBATT_HD index split(index q, index s) const {
    const index above = bond[q] + 1;
    const index first = segments.first(s);
    const index end = segments.end(s);
    return above < first ? first : (above < end ? above : end);
  }
};

/// Item (segment, eigenvalue): the deepest bond there.
struct FindDeepBonds {
  Segments segments;
  index count;
  const double* lambda;      ///< [count]
  kernels::DeepBond* found;  ///< [segments][count]

  [[nodiscard]] QBATT_HD index items() const { return count * segments.count; }

  QBATT_HD void operator()(index item) const {
    const index s = item / count;
    const index bonds = segments.chain.levels() - 1;
    const index end = segments.end(s) < bonds ? segments.end(s) : bonds;
    found[item] = kernels::deepest_bond_in(segments.chain, segments.first(s), end, lambda[item % count]);
  }
};

/// Item (eigenvalue): the deepest of all, where it is wanted.
struct MergeDeepBonds {
  index segments;
  index count;
  const kernels::DeepBond* found;
  index* bond;  ///< [count] -1 stays

  [[nodiscard]] QBATT_HD index items() const { return count; }

  QBATT_HD void operator()(index q) const {
    kernels::DeepBond best = found[q];
    for (index s = 1; s < segments; ++s) {
      const kernels::DeepBond& next = found[s * count + q];
      best = next.depth > best.depth ? next : best;
    }
    bond[q] = bond[q] < 0 ? bond[q] : best.bond;
  }
};

/// Item (segment, eigenvalue).
struct TransferSegments {
  LongShots shots;

  [[nodiscard]] QBATT_HD index items() const { return shots.items(); }

  QBATT_HD void operator()(index item) const {
    const index q = item % shots.count;
    const index s = item / shots.count;
    if (shots.bond[q] < 0) return;
    const Segments& cut = shots.segments;
    if (s < shots.last_up(q))
      shots.transfers[item] = kernels::transfer<kernels::Way::up>(cut.chain, cut.first(s), cut.end(s), shots.lambda[q]);
    else if (s > shots.last_down(q))
      shots.transfers[item] = kernels::transfer<kernels::Way::down>(cut.chain, cut.first(s), cut.end(s), shots.lambda[q]);
  }
};

/// Item (eigenvalue): from segment to segment, up to the bond from both ends.
struct StartSegments {
  LongShots shots;

  [[nodiscard]] QBATT_HD index items() const { return shots.count; }

  QBATT_HD void operator()(index q) const {
    if (shots.bond[q] < 0) return;
    kernels::ScaledPair pair{kernels::Shot<double>::at_bottom().vector, 0.0};
    for (index s = 0;; ++s) {
      shots.up_starts[shots.at(q, s)] = pair;
      if (s == shots.last_up(q)) break;
      pair = shots.transfers[shots.at(q, s)].apply(pair);
    }
    pair = {kernels::shot_at_top(shots.segments.chain, shots.lambda[q], shots.parity[q]).vector, 0.0};
    for (index s = shots.segments.count - 1;; --s) {
      shots.down_starts[shots.at(q, s)] = pair;
      if (s == shots.last_down(q)) break;
      pair = shots.transfers[shots.at(q, s)].apply(pair);
    }
  }
};

/// Item (segment, eigenvalue).
struct ShootSegments {
  LongShots shots;

  [[nodiscard]] QBATT_HD index items() const { return shots.items(); }

  QBATT_HD void operator()(index item) const {
    const index q = item % shots.count;
    const index s = item / shots.count;
    if (shots.bond[q] < 0) return;
    const Segments& cut = shots.segments;
    const index split = shots.split(q, s);
    if (s <= shots.last_up(q)) {
      shots.up_shots[item] = kernels::SegmentShot::of(kernels::shoot_through<kernels::Way::up>(
          cut.chain, cut.first(s), split, shots.lambda[q], shots.up_starts[item].shot(), kernels::VisitNothing{}));
    }
    if (s >= shots.last_down(q)) {
      const bool top = s + 1 == cut.count;  // the sum of squares begins there with what the fold asks for
      const kernels::Shot<double> start =
          top ? kernels::shot_at_top(cut.chain, shots.lambda[q], shots.parity[q]) : shots.down_starts[item].shot();
      shots.down_shots[item] = kernels::SegmentShot::of(kernels::shoot_through<kernels::Way::down>(
          cut.chain, split, cut.end(s), shots.lambda[q], start, kernels::VisitNothing{}));
    }
  }
};

/// Item (eigenvalue).
struct MatchShots {
  LongShots shots;

  [[nodiscard]] QBATT_HD index items() const { return shots.count; }

  QBATT_HD void operator()(index q) const {
    if (shots.bond[q] < 0) return;
    kernels::GatheredShots up;
    for (index s = 0; s <= shots.last_up(q); ++s)
      up.add(shots.up_shots[shots.at(q, s)], shots.up_starts[shots.at(q, s)].vector.here);
    kernels::GatheredShots down;
    for (index s = shots.segments.count - 1; s >= shots.last_down(q); --s)
      down.add(shots.down_shots[shots.at(q, s)], shots.down_starts[shots.at(q, s)].vector.here);
    const kernels::BondValues ends{.up_here = up.last.vector.here,
                                   .up_behind = up.last.vector.behind,
                                   .up_norm = up.norm,
                                   .up_bound = 0.0,
                                   .up_changes = up.changes,
                                   .up_scale = up.last.scale,
                                   .down_here = down.last.vector.here,
                                   .down_behind = down.last.vector.behind,
                                   .down_norm = down.norm,
                                   .down_bound = 0.0,
                                   .down_changes = down.changes,
                                   .down_scale = down.last.scale};
    shots.matches[q] = kernels::match(ends, shots.segments.chain.coefficients.offdiag[shots.bond[q]]);
    shots.up_scales[q] = up.last.scale;
    shots.down_scales[q] = down.last.scale;
  }
};

/// Item (node): where the grids of all families are to be shot at; bond -1 where there is no node.
struct PlaceNodes {
  ShootingBatch shot;
  double* lambda;  ///< [nodes]
  double* parity;
  index* bond;

  [[nodiscard]] QBATT_HD index items() const { return shot.nodes_a_system(); }

  QBATT_HD void operator()(index item) const {
    const ShootingDescriptor& s = shot.shooting[0];
    const index each = shot.family_nodes(0);
    const bool there = item / each < s.families();
    lambda[item] = there ? s.node(item % each, each) : 0.0;
    parity[item] = ShootingBatch::parity(item / each);
    bond[item] = there ? (s.bond_for_any < 0 ? 0 : s.bond_for_any) : -1;
  }
};

/// Item (node).
struct StoreNodes {
  ShootingBatch shot;
  const double* lambda;
  const index* bond;
  const kernels::Match* matches;

  [[nodiscard]] QBATT_HD index items() const { return shot.nodes_a_system(); }

  QBATT_HD void operator()(index item) const {
    if (bond[item] >= 0) shot.nodes[item] = kernels::GridNode::at(lambda[item], bond[item], matches[item]);
  }
};

/// The refinement of all pairs of one long chain, round by round. Views.
struct LongRefinement {
  ShootingBatch shot;
  kernels::Refinement* states;  ///< [pairs]
  double* lambda;               ///< [pairs]
  double* parity;
  index* bond;       ///< -1 where there is no pair or it is done
  index* kept_bond;  ///< [pairs] the bond, also of those that are done

  /// The place of a pair in the whole spectrum, from the top.
  [[nodiscard]] QBATT_HD index place(index pair) const { return shot.first[0] + shot.batch.own_pairs(0) - 1 - pair; }
  [[nodiscard]] QBATT_HD index family(index pair) const { return place(pair) % shot.shooting[0].families(); }
  [[nodiscard]] QBATT_HD index order(index pair) const { return place(pair) / shot.shooting[0].families(); }
};

/// Item (pair): lambda, for which a bond is to be found.
struct PlacePairs {
  LongRefinement r;

  [[nodiscard]] QBATT_HD index items() const { return r.shot.batch.pairs; }

  QBATT_HD void operator()(index pair) const {
    const bool own = pair < r.shot.batch.own_pairs(0);
    const index fixed = r.shot.shooting[0].bond_for_any;
    r.bond[pair] = own ? (fixed < 0 ? 0 : fixed) : -1;
    r.parity[pair] = 1.0;
    r.lambda[pair] = 0.0;
    if (own) {
      const index part = r.family(pair);
      r.parity[pair] = ShootingBatch::parity(part);
      r.lambda[pair] = kernels::isolate(r.shot.family(0, part), r.shot.family_nodes(0), r.order(pair)).lambda;
    }
  }
};

/// Item (pair): with the bond found.
struct BeginRefinement {
  LongRefinement r;

  [[nodiscard]] QBATT_HD index items() const { return r.shot.batch.pairs; }

  QBATT_HD void operator()(index pair) const {
    r.kept_bond[pair] = r.bond[pair];
    if (r.bond[pair] >= 0) {
      r.states[pair] =
          kernels::isolate(r.shot.family(0, r.family(pair)), r.shot.family_nodes(0), r.order(pair)).refinement(r.bond[pair]);
    }
  }
};

/// Item (pair): one step from what the shots say.
struct RefineOnce {
  LongRefinement r;
  const kernels::Match* matches;

  [[nodiscard]] QBATT_HD index items() const { return r.shot.batch.pairs; }

  QBATT_HD void operator()(index pair) const {
    if (r.bond[pair] >= 0) {
      kernels::refine(r.states[pair], matches[pair], r.order(pair));
      r.lambda[pair] = r.states[pair].lambda;
      r.bond[pair] = r.states[pair].done ? -1 : r.bond[pair];
    }
  }
};

/// Whether a pair is still to be refined.
struct Refining {
  const index* bond;
  QBATT_HD bool operator()(index pair) const { return bond[pair] >= 0; }
};

/// Item (pair): shot at once more, where it has arrived.
struct EndRefinement {
  LongRefinement r;

  [[nodiscard]] QBATT_HD index items() const { return r.shot.batch.pairs; }

  QBATT_HD void operator()(index pair) const {
    r.bond[pair] = r.kept_bond[pair];
    r.shot.batch.eigenvalues[pair] = r.kept_bond[pair] < 0 ? 0.0 : r.lambda[pair];
  }
};

/// The vectors that the last shots make.
struct LongVectors {
  LongShots shots;
  double multiplicity;  ///< of a kept level in the norm

  [[nodiscard]] QBATT_HD double unit(index pair) const { return 1.0 / sqrt(multiplicity * shots.matches[pair].norm); }
  [[nodiscard]] QBATT_HD double down_unit(index pair) const { return unit(pair) * shots.matches[pair].join; }

  /// The values that write_segment() writes to the first and to the last level of a segment.
  [[nodiscard]] QBATT_HD double first_value(index pair, index s) const {
    const index item = shots.at(pair, s);
    if (shots.split(pair, s) > shots.segments.first(s))
      return scaled(unit(pair), shots.up_starts[item].scale - shots.up_scales[pair]) * shots.up_starts[item].vector.here;
    return scaled(down_unit(pair), shots.down_shots[item].scale - shots.down_scales[pair]) * shots.down_shots[item].vector.behind;
  }
  [[nodiscard]] QBATT_HD double last_value(index pair, index s) const {
    const index item = shots.at(pair, s);
    if (shots.split(pair, s) == shots.segments.end(s))
      return scaled(unit(pair), shots.up_shots[item].scale - shots.up_scales[pair]) * shots.up_shots[item].vector.behind;
    return scaled(down_unit(pair), shots.down_starts[item].scale - shots.down_scales[pair]) * shots.down_starts[item].vector.here;
  }

  /// Shape: to[length of the segment], levels `stride` apart.
  QBATT_HD void write_segment(index pair, index s, double* to, index stride) const {
    const Segments& cut = shots.segments;
    const index item = shots.at(pair, s);
    const index first = cut.first(s);
    const index split = shots.split(pair, s);
    const double lambda = shots.lambda[pair];
    const auto keep = [to, first, stride](index k, double value) { to[(k - first) * stride] = value; };
    if (split > first) {
      kernels::shoot_through<kernels::Way::up>(
          cut.chain, first, split, lambda, shots.up_starts[item].shot(),
          kernels::KeepValues<kernels::Way::up, decltype(keep)>{lambda, unit(pair), shots.up_scales[pair], keep});
    }
    if (split < cut.end(s)) {
      kernels::shoot_through<kernels::Way::down>(
          cut.chain, split, cut.end(s), lambda, shots.down_starts[item].shot(),
          kernels::KeepValues<kernels::Way::down, decltype(keep)>{lambda, down_unit(pair), shots.down_scales[pair], keep});
    }
  }

private:
  [[nodiscard]] QBATT_HD static double scaled(double x, double exponent) { return ldexp(x, static_cast<int>(exponent)); }
};

/// Item (pair): (v_j)_0.
struct WriteCoefficients {
  LongVectors vectors;
  index own;
  double* coefficients;  ///< [pairs]

  [[nodiscard]] QBATT_HD index items() const { return vectors.shots.count; }
  QBATT_HD void operator()(index pair) const { coefficients[pair] = pair < own ? vectors.first_value(pair, 0) : 0.0; }
};

/// Some consecutive segments of all vectors. Item (segment, pair): 0 beyond the last kept level and for pairs not held.
struct WriteWindow {
  LongVectors vectors;
  index own;       ///< pairs held
  index first;     ///< segment
  index count;     ///< segments
  double* window;  ///< [count][length][pairs]

  [[nodiscard]] QBATT_HD index items() const { return count * vectors.shots.count; }

  QBATT_HD void operator()(index item) const {
    const Segments& cut = vectors.shots.segments;
    const index pair = item % vectors.shots.count;
    const index s = first + item / vectors.shots.count;
    double* const to = vector(item);
    for (index i = pair < own ? cut.end(s) - cut.first(s) : 0; i < cut.length; ++i) to[i * vectors.shots.count] = 0.0;
    if (pair < own) vectors.write_segment(pair, s, to, vectors.shots.count);
  }

  /// Its levels lie as far apart as there are pairs.
  [[nodiscard]] QBATT_HD double* vector(index item) const {
    const index pairs = vectors.shots.count;
    return window + item / pairs * vectors.shots.segments.length * pairs + item % pairs;
  }
};

/// Item (segment of a window, pair): its part of || H v - lambda v ||^2.
struct MeasureSegments {
  WriteWindow w;
  kernels::TridiagonalView h;                 ///< of the whole chain
  kernels::ResidualSquares<double>* squares;  ///< [segments][pairs] of the chain

  [[nodiscard]] QBATT_HD index items() const { return w.items(); }

  QBATT_HD void operator()(index item) const {
    const LongShots& shots = w.vectors.shots;
    const Segments& cut = shots.segments;
    const index pair = item % shots.count;
    const index s = w.first + item / shots.count;
    kernels::ResidualSquares<double> sum;
    if (pair < w.own) {
      const double* const v = w.vector(item);
      const double lambda = shots.lambda[pair];
      const index first = cut.first(s);
      const index end = cut.end(s);
      double lower = s > 0 ? w.vectors.last_value(pair, s - 1) : 0.0;
      double here = v[0];
      for (index k = first; k < end; ++k) {
        const double upper = k + 1 < end ? v[(k + 1 - first) * shots.count] : beyond(pair, s, v);
        const double below = k > 0 ? h.offdiag[k - 1] * lower : 0.0;
        const double above = k + 1 < h.dim ? h.offdiag[k] * upper : 0.0;
        sum.add(below, above, h.diag[k], h.diag_size[k], lambda, here);
        lower = here;
        here = upper;
      }
    }
    squares[s * shots.count + pair] = sum;
  }

private:
  /// The value behind the last level of a segment: of the next, or across the fold. `v`: the segment's own.
  [[nodiscard]] QBATT_HD double beyond(index pair, index s, const double* v) const {
    const LongShots& shots = w.vectors.shots;
    const Segments& cut = shots.segments;
    if (s + 1 < cut.count) return w.vectors.first_value(pair, s + 1);
    if (!cut.chain.chain.folded) return 0.0;
    const index mirror = h.dim - 1 - cut.chain.levels();  // of the first level beyond the fold
    const double value = mirror >= cut.first(s) ? v[(mirror - cut.first(s)) * shots.count] : w.vectors.last_value(pair, s - 1);
    return shots.parity[pair] * value;
  }
};

/// Item (level of a window): (sum_j c_j v_j - e_0)_k^2, with that of the mirrored level.
struct MeasureStarts {
  WriteWindow w;
  const double* coefficients;
  double* squares;  ///< [count][length]

  [[nodiscard]] QBATT_HD index items() const { return w.count * w.vectors.shots.segments.length; }

  QBATT_HD void operator()(index item) const {
    const LongShots& shots = w.vectors.shots;
    const Segments& cut = shots.segments;
    const index s = w.first + item / cut.length;
    const index k = cut.first(s) + item % cut.length;
    double here = 0.0;
    double mirrored = 0.0;
    if (k < cut.end(s)) {
      const double* const v = w.window + item * shots.count;
      for (index j = 0; j < w.own; ++j) {
        const double term = coefficients[j] * v[j];
        here += term;
        mirrored += shots.parity[j] * term;
      }
      here -= k == 0 ? 1.0 : 0.0;
    }
    const kernels::Chain& chain = cut.chain.chain;
    const bool twice = chain.folded && chain.dim - 1 - k != k;
    squares[item] = here * here + (twice ? mirrored * mirrored : 0.0);
  }
};

/// Item (segment of a window): their sum.
struct SumStarts {
  const double* squares;
  index length;
  index first;
  index count;
  double* sums;  ///< [segments] of the chain

  [[nodiscard]] QBATT_HD index items() const { return count; }

  QBATT_HD void operator()(index item) const {
    double sum = 0.0;
    for (index i = 0; i < length; ++i) sum += squares[item * length + i];
    sums[first + item] = sum;
  }
};

/// Item (pair): || H v - lambda v || from its parts; those of mirrored levels are the same.
struct SumResiduals {
  const kernels::ResidualSquares<double>* squares;  ///< [segments][pairs]
  index segments;
  index pairs;
  double multiplicity;
  kernels::Residual<>* residuals;  ///< [pairs]

  [[nodiscard]] QBATT_HD index items() const { return pairs; }

  QBATT_HD void operator()(index pair) const {
    kernels::ResidualSquares<double> sum;
    for (index s = 0; s < segments; ++s) {
      sum.measured += squares[s * pairs + pair].measured;
      sum.size += squares[s * pairs + pair].size;
    }
    sum.measured *= multiplicity;
    sum.size *= multiplicity;
    residuals[pair] = sum.residual();
  }
};

/// Item (pair, column): the factors of mirrored levels.
struct MirrorFactors {
  const double* factors;  ///< [pairs][columns]
  const double* parity;
  index pairs;
  index columns;
  double* mirrored;

  [[nodiscard]] QBATT_HD index items() const { return pairs * columns; }
  QBATT_HD void operator()(index item) const { mirrored[item] = parity[item / columns] * factors[item]; }
};

/// Item (tile of levels of a window, group of columns): the amplitudes of its kept levels, or of those that mirror them.
template <int rows, int width>
struct SumWindow {
  const double* window;  ///< [levels][pairs]
  index pairs;
  index own;              ///< pairs that there are
  const double* factors;  ///< [pairs][columns], of mirrored levels where these are wanted
  TilesOfPairs<rows, width> cut;
  index first;         ///< level of row 0
  index mirror;        ///< dim - 1 for mirrored levels, -1 for the levels themselves
  double* amplitudes;  ///< [dim][columns]

  [[nodiscard]] QBATT_HD index items() const { return cut.items(); }

  QBATT_HD void operator()(index item) const {
    auto tile = cut.tile(item, window, pairs, factors);
    tile.add(own);
    const index k = first + cut.first_level(item);
    if (mirror < 0)
      tile.store(amplitudes + k * cut.columns, cut.columns);
    else
      tile.store(amplitudes + (mirror - k) * cut.columns, -cut.columns);
  }
};

}  // namespace qbatt::cuda
