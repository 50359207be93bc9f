#pragma once

#include "kernels/chebyshev.hpp"

// The Chebyshev expansion of one state by a team of threads that keep a tile of consecutive levels to themselves, in registers on a
// GPU: see chebyshev.hpp for the recurrence. A chain that fits into one tile runs from the first order to the last without touching
// memory. A longer one is cut into tiles that overlap: what is unknown beyond an edge spoils one level more with every order, so a
// pass of so many orders leaves all but a margin of so many levels exact; the next pass begins from what the tiles wrote.
//
// Every level is computed from the same numbers in the same order whatever the tile, the team and the pass: the bits of a result do
// not depend on them.
namespace qbatt::kernels::inline QBATT_TARGET {

/// What is to be propagated: phi (see chebyshev.hpp) where the diagonal is constant, one real vector or two otherwise.
enum class ChebyshevKind { rotation, real_start, complex_start };

/// A state to which the expansion is summed. A view of memory that is zero before, unless the tile is `whole`.
struct ChebyshevTarget {
  double* re = nullptr;  ///< null: none
  double* im = nullptr;  ///< not touched under ChebyshevKind::rotation
  index stride = 1;      ///< entries from one level to the next
  bool amplitudes =
      false;  ///< under ChebyshevKind::rotation: re is what AmplitudeBlock holds, with signs + + - - over k, and not phi
};

/// One expansion, in units of a_0.
struct ChebyshevExpansion {
  static constexpr int most_targets = 4;

  index levels;            ///< of the chain that are looked at
  index support;           ///< the start is zero from this level on
  double center;           ///< c
  double scale;            ///< 2 / h
  const double* diag;      ///< [levels]
  const double* offdiag;   ///< [levels]
  const double* start_re;  ///< [support]
  const double* start_im;  ///< [support], read under ChebyshevKind::complex_start
  double* work;            ///< [2][2][vectors][levels], zero before: w_n and w_{n-1} between passes; null where one pass does all
  int orders;              ///< coefficients of a target, an even number
  const double* factors;   ///< [orders][targets of the tile]
  ChebyshevTarget target[most_targets];
};

/// Orders begin ... end - 1, both even; the number of the pass says which half of the work space is read and which written.
struct ChebyshevPass {
  int number;
  int begin;
  int end;
  index margin;  ///< levels at both ends of a tile that are not its own; 0 where one tile holds the chain
};

/// `own` levels a thread. A Team has a constexpr size, rank() and exchange(lowest, highest, below, above), which hands a thread the
/// highest entry of the thread below and the lowest of the one above, 0 at the ends of the team, for each vector.
/// `whole`: the tile always holds the chain, there is one pass and nothing between passes.
template <ChebyshevKind kind, int own, int targets, bool whole, class Team>
class ChebyshevTile {
public:
  static constexpr int vectors = kind == ChebyshevKind::complex_start ? 2 : 1;
  static constexpr bool rotation = kind == ChebyshevKind::rotation;

  /// `first`: the first level of the tile, below 0 where its margin reaches beyond the chain.
  QBATT_HD ChebyshevTile(const ChebyshevExpansion& expansion, index first, Team& team)
      : e_(expansion), tile_(first), first_(first + team.rank() * own), team_(team) {}

  QBATT_HD void run(const ChebyshevPass& pass) {
    load_matrix();
    load_vectors(pass);
    load_sums(pass);
    QBATT_DO_NOT_UNROLL
    for (int n = pass.begin; n < pass.end; n += 2) {
      add<true>(n, here_);
      step<rotation ? ChebyshevRule::rotate : ChebyshevRule::plus>(here_, previous_);
      if (n == 0) halve(previous_);
      add<false>(n + 1, previous_);
      step<rotation ? ChebyshevRule::rotate : ChebyshevRule::minus>(previous_, here_);
    }
    store_sums(pass.margin);
    if (!whole && pass.end < e_.orders) store_vectors(pass);
  }

private:
  using Levels = double[own];
  using Vectors = Levels[vectors];
  static constexpr int parts = rotation ? 1 : 2;  ///< real numbers of an amplitude

  [[nodiscard]] QBATT_HD bool inside(index k) const { return k >= 0 && k < e_.levels; }

  /// Whether level k is this tile's to write.
  [[nodiscard]] QBATT_HD bool writes(index k, index margin) const {
    return inside(k) && k >= tile_ + margin && k < tile_ + Team::size * own - margin;
  }

  [[nodiscard]] QBATT_HD double coupling(index k) const { return inside(k) && k > 0 ? e_.offdiag[k - 1] * e_.scale : 0.0; }

  QBATT_HD void load_matrix() {
    center_[0] = 0.0;
    QBATT_UNROLL
    for (int i = 0; i < own; ++i) {
      const index k = first_ + i;
      coupling_[i] = coupling(k);
      if constexpr (!rotation) center_[i] = inside(k) ? (e_.diag[k] - e_.center) * e_.scale : 0.0;
    }
    coupling_[own] = coupling(first_ + own);
  }

  /// Where vector v of w_n (which = 0) or w_{n-1} (1) lies between passes.
  [[nodiscard]] QBATT_HD double* between(int pass, int which, int v) const {
    return e_.work + ((pass % 2 * 2 + which) * vectors + v) * e_.levels;
  }

  QBATT_HD void load_vectors(const ChebyshevPass& pass) {
    QBATT_UNROLL
    for (int v = 0; v < vectors; ++v) {
      const double* const start = v == 0 ? e_.start_re : e_.start_im;
      QBATT_UNROLL
      for (int i = 0; i < own; ++i) {
        const index k = first_ + i;
        if (whole || pass.number == 0) {
          here_[v][i] = inside(k) && k < e_.support ? start[k] : 0.0;
          previous_[v][i] = 0.0;
        } else {
          here_[v][i] = inside(k) ? between(pass.number, 0, v)[k] : 0.0;
          previous_[v][i] = inside(k) ? between(pass.number, 1, v)[k] : 0.0;
        }
      }
    }
  }

  QBATT_HD void store_vectors(const ChebyshevPass& pass) const {
    QBATT_UNROLL
    for (int v = 0; v < vectors; ++v) {
      QBATT_UNROLL
      for (int i = 0; i < own; ++i) {
        const index k = first_ + i;
        if (writes(k, pass.margin)) {
          between(pass.number + 1, 0, v)[k] = here_[v][i];
          between(pass.number + 1, 1, v)[k] = previous_[v][i];
        }
      }
    }
  }

  [[nodiscard]] QBATT_HD static double sign(const ChebyshevTarget& target, index k) {
    return rotation && target.amplitudes && (k & 2) != 0 ? -1.0 : 1.0;
  }

  /// Of the levels that are this tile's own: other tiles write the others at the same time.
  QBATT_HD void load_sums(const ChebyshevPass& pass) {
    QBATT_UNROLL
    for (int o = 0; o < targets; ++o) {
      const ChebyshevTarget& target = e_.target[o];
      QBATT_UNROLL
      for (int i = 0; i < own; ++i) {
        const index k = first_ + i;
        const bool there = !whole && pass.number > 0 && target.re != nullptr && writes(k, pass.margin);
        sum_[o][0][i] = there ? sign(target, k) * target.re[k * target.stride] : 0.0;
        if constexpr (!rotation) sum_[o][1][i] = there ? target.im[k * target.stride] : 0.0;
      }
    }
  }

  QBATT_HD void store_sums(index margin) const {
    QBATT_UNROLL
    for (int o = 0; o < targets; ++o) {
      const ChebyshevTarget& target = e_.target[o];
      QBATT_UNROLL
      for (int i = 0; i < own; ++i) {
        const index k = first_ + i;
        if (target.re != nullptr && writes(k, margin)) {
          target.re[k * target.stride] = sign(target, k) * sum_[o][0][i];
          if constexpr (!rotation) target.im[k * target.stride] = sum_[o][1][i];
        }
      }
    }
  }

  /// Takes w_n into the sums: a_n w_n for even n, -i a_n w_n for odd n; a_n u_n in a rotation.
  template <bool even>
  QBATT_HD void add(int n, const Vectors& w) {
    QBATT_UNROLL
    for (int o = 0; o < targets; ++o) {
      const double factor = e_.factors[static_cast<index>(n) * targets + o];
      QBATT_UNROLL
      for (int i = 0; i < own; ++i) {
        if constexpr (rotation) {
          sum_[o][0][i] = mul_add(factor, w[0][i], sum_[o][0][i]);
        } else if constexpr (even) {
          sum_[o][0][i] = mul_add(factor, w[0][i], sum_[o][0][i]);
          if constexpr (vectors == 2) sum_[o][1][i] = mul_add(factor, w[1][i], sum_[o][1][i]);
        } else {
          sum_[o][1][i] = subtract_product(factor, w[0][i], sum_[o][1][i]);
          if constexpr (vectors == 2) sum_[o][0][i] = mul_add(factor, w[1][i], sum_[o][0][i]);
        }
      }
    }
  }

  /// `next` holds w_{n-1} before and w_{n+1} afterwards.
  template <ChebyshevRule rule>
  QBATT_HD void step(const Vectors& here, Vectors& next) {
    double lowest[vectors], highest[vectors], below[vectors], above[vectors];
    QBATT_UNROLL
    for (int v = 0; v < vectors; ++v) {
      lowest[v] = here[v][0];
      highest[v] = here[v][own - 1];
    }
    team_.exchange(lowest, highest, below, above);
    QBATT_UNROLL
    for (int v = 0; v < vectors; ++v) {
      QBATT_UNROLL
      for (int i = 0; i < own; ++i) {
        const double b = i == 0 ? below[v] : here[v][i - 1];
        const double a = i + 1 == own ? above[v] : here[v][i + 1];
        next[v][i] = chebyshev_step<rule>(coupling_[i], b, coupling_[i + 1], a, center_[rotation ? 0 : i], here[v][i], next[v][i]);
      }
    }
  }

  QBATT_HD static void halve(Vectors& w) {
    QBATT_UNROLL
    for (int v = 0; v < vectors; ++v) {
      QBATT_UNROLL
      for (int i = 0; i < own; ++i) w[v][i] *= 0.5;
    }
  }

  const ChebyshevExpansion& e_;
  index tile_;
  index first_;  ///< this thread's first level
  Team& team_;
  double coupling_[own + 1];
  double center_[rotation ? 1 : own];
  Vectors here_;
  Vectors previous_;
  Levels sum_[targets][parts];
};

}  // namespace qbatt::kernels::inline QBATT_TARGET
