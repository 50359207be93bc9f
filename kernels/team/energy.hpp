#pragma once

#include "kernels/elementary.hpp"
#include "kernels/peak.hpp"
#include "kernels/team/gram.hpp"

// The energy as a function of time, from the heaviest pairs alone, by a team: a quadratic form of their phase factors, whose matrix
// is summed over the chain once. It says where to look, the state of all pairs what is there. On the CPU this is EnergyModel, whose
// derivation holds here too.
namespace qbatt::kernels::inline QBATT_TARGET {

/// Which pairs are kept: those of parity +1 first where the two parities meet only each other, each padded to whole blocks.
struct EnergySelection {
  std::int32_t* list;      ///< [capacity] pair, or -1: padding
  double* lambda;          ///< [capacity] 0 where there is padding
  std::int32_t* counters;  ///< [2] rows where parities cross; all
  int rows = 0;            ///< of the matrix, padded
  int columns = 0;
  int first_column = 0;  ///< in the list
  bool cross = false;    ///< rows are of parity +1, columns of -1

  QBATT_HD static int capacity(int pairs) { return (pairs + 7) / 8 * 8 + 8; }
  QBATT_HD EnergySelection(Arena& arena, int pairs)
      : list(arena.take<std::int32_t>(capacity(pairs))),
        lambda(arena.take<double>(capacity(pairs))),
        counters(arena.take<std::int32_t>(2)) {}
  [[nodiscard]] QBATT_HD int count() const { return cross ? rows + columns : rows; }
};

/// What the energy at some times takes besides the matrices.
struct EnergyScratch {
  double* phases;         ///< [place][cosines of all times, sines of all times]
  double* parts;          ///< [warp][time][energy, slope, curvature]
  EnergySample* samples;  ///< [time] what is found

  static constexpr int most_times = PeakSearch::most_samples;
  static constexpr int most_warps = 8;
  static constexpr int values = 3;

  /// From one place to the next: threads of a warp read four places and neighboring times at once, from different banks.
  QBATT_HD static constexpr int stride(int times) { return times == 1 ? 2 : 2 * times + 4; }

  QBATT_HD EnergyScratch(Arena& arena, int places)
      : phases(arena.take<double>(stride(most_times) * places)),
        parts(arena.take<double>(most_warps * most_times * values)),
        samples(arena.take<EnergySample>(most_times)) {}
};

template <class Team>
class TeamEnergy {
public:
  static constexpr int most_times = PeakSearch::most_samples;

  QBATT_HD TeamEnergy(Team& team, const Chain& chain, const Tiling& tiling, const TeamPairs& pairs, Arena& arena)
      : team_(team), chain_(chain), tiling_(tiling), pairs_(pairs), selection_(arena, pairs.capacity) {
    select(arena);
    const int row_blocks = selection_.rows / BlockMatrix::side;
    const int column_blocks = selection_.columns / BlockMatrix::side;
    cosine_ = {nullptr, row_blocks, column_blocks, !selection_.cross};
    cosine_.values = arena.take<double>(cosine_.blocks() * BlockMatrix::entries);
    sine_ = cosine_;
    if (chain.constant_diagonal) sine_.values = arena.take<double>(sine_.blocks() * BlockMatrix::entries);
  }

  /// Bytes of that and of what run-time needs beside it, at most.
  QBATT_HD static std::size_t bytes(const Chain& chain, const Tiling& tiling, int pairs) {
    Arena arena = Arena::measure();
    const EnergySelection selection(arena, pairs);
    arena.take<std::int32_t>(pairs);
    const int blocks = EnergySelection::capacity(pairs) / BlockMatrix::side;
    arena.take<double>((chain.constant_diagonal ? 2 : 1) * BlockMatrix::blocks(blocks, blocks, true) * BlockMatrix::entries);
    const VectorTile tile(arena, tiling.length, EnergySelection::capacity(pairs));
    const EnergyScratch scratch(arena, EnergySelection::capacity(pairs));
    return arena.taken();
  }

  /// False where the energy would be constant: one parity alone, or no pairs.
  [[nodiscard]] QBATT_HD bool usable() const { return selection_.rows > 0 && (!selection_.cross || selection_.columns > 0); }

  /// Sums the matrix over the chain. `scratch`: memory that is free afterwards.
  QBATT_HD QBATT_INLINE void build(TeamVectors<Team>& vectors, Arena scratch) {
    VectorTile tile(scratch, tiling_.length, selection_.count());
    // Lanes of a warp that read four levels and neighboring vectors at once meet in few banks.
    const int wanted = chain_.constant_diagonal ? 2 : 4;  // so that the distance of levels of one kind is 4 modulo 16
    const int modulus = chain_.constant_diagonal ? 8 : 16;
    tile.pitch += (wanted - tile.pitch % modulus + modulus) % modulus;
    share(team_, cosine_.blocks() * BlockMatrix::entries, [&](int i) {
      cosine_.values[i] = 0.0;
      sine_.values[i] = 0.0;
    });
    for (int t = 0; t < tiling_.count(); ++t) {
      vectors.generate(t, selection_.list, selection_.count(), true, tile);
      const double center = 0.5 * static_cast<double>(dim_of(chain_) - 1) - static_cast<double>(tiling_.first(t));
      const auto weight = [center](int i) { return static_cast<double>(i) - center; };
      const int kinds = chain_.constant_diagonal ? 2 : 1;
      for (int kind = 0; kind < kinds; ++kind) {
        // Tiles begin at even levels.
        add_gram(team_,
                 GramTask<decltype(weight)>{tile, kind, kinds, 0, selection_.first_column, weight, kind == 0 ? cosine_ : sine_});
      }
    }
    turn_into_form();
  }

  /// Leaves the slope and the curvature of the energy at times t(0) ... t(times - 1), 1 or most_times of them, in scratch.samples,
  /// and where `with_energy` holds the energy, too. Requires longest_time().
  template <int times, class Times>
  QBATT_HD QBATT_INLINE void evaluate(const Times& t, bool with_energy, const EnergyScratch& scratch) {
    fill<times>(t, scratch.phases);
#if defined(__CUDA_ARCH__) && __CUDA_ARCH__ >= 800
    if constexpr (Team::tensor && times == most_times) {
      evaluate_by_warps(t, with_energy, scratch);
      return;
    }
#endif
    double sums[2 * times] = {};
    for (int item = team_.rank(); item < rows(); item += team_.threads())
      if (cosine_.values == sine_.values)
        add_row<times, true>(item, scratch.phases, sums);
      else
        add_row<times, false>(item, scratch.phases, sums);
    team_.sums(sums);
    alone(team_, [&] {
      for (int i = 0; i < times; ++i) scratch.samples[i] = {t(i), 0.0, sums[i], sums[times + i]};
    });
    if (with_energy) add_energies<times>(scratch);
  }

  QBATT_HD EnergyScratch take_scratch(Arena& arena) const {
    return {arena, selection_.count()};
  }

  /// The longest time that may be asked for.
  [[nodiscard]] QBATT_HD double longest_time() {
    double reach = 0.0;
    for (int i = team_.rank(); i < selection_.count(); i += team_.threads()) reach = fmax(reach, fabs(selection_.lambda[i]));
    return largest_angle / largest(team_, reach);
  }

private:
  // The level less the middle of the chain changes its sign under reflection. So the two parities of a folded chain meet only each
  // other, unless reflection also exchanges even with odd levels where those move with cosine and sine.
  [[nodiscard]] QBATT_HD bool exchanged() const {
    return chain_.constant_diagonal && dim_of(chain_) % 2 == 0;
  }

  /// The heaviest pairs: one is left out if what all lighter ones and itself carry is negligible.
  QBATT_HD void select(Arena arena) {
    auto* const kept = arena.take<std::int32_t>(pairs_.count);
    const auto share_of = [&](int j) {
      return pairs_.copies(chain_, j) * pairs_.weight[j] * (1.0 + pairs_.lambda[j] * pairs_.lambda[j]);
    };
    share(team_, pairs_.count, [&](int j) {
      const double own = share_of(j);
      double lighter = own;
      for (int i = 0; i < pairs_.count; ++i) {
        const double other = share_of(i);
        if (other < own || (other == own && i < j)) lighter += other;
      }
      kept[j] = lighter >= negligible_share ? 1 : 0;
    });
    selection_.cross = chain_.folded && !exchanged();
    alone(
        team_,
        [&] {
          std::int32_t count = 0;
          const auto pad = [&] {
            while (count % BlockMatrix::side != 0) selection_.list[count++] = -1;
          };
          for (int j = 0; j < pairs_.count; ++j) {
            if (selection_.cross && j == pairs_.even) {
              pad();
              selection_.counters[0] = count;
            }
            if (kept[j] != 0) selection_.list[count++] = static_cast<std::int32_t>(j);
          }
          pad();
          if (!selection_.cross || pairs_.even == pairs_.count) selection_.counters[0] = count;
          selection_.counters[1] = count;
        });
    share(team_, selection_.counters[1],
          [&](int place) { selection_.lambda[place] = selection_.list[place] < 0 ? 0.0 : pairs_.lambda[selection_.list[place]]; });
    selection_.rows = selection_.counters[0];
    selection_.columns = selection_.cross ? selection_.counters[1] - selection_.rows : selection_.rows;
    selection_.first_column = selection_.cross ? selection_.rows : 0;
  }

  // With K_0 the sums over even levels and K_1 those over odd ones, p the parities and C, S the phase factors with the copies that
  // each pair stands for, the energy less its middle value is
  //
  //     whole chain                    C K_0 C + S K_1 S                              (K_0 = K_1 = K where the diagonal varies)
  //     folded, parities cross         4 (C_even K_0 C_odd + S_even K_1 S_odd)        likewise
  //     folded, levels exchanged       C (K_0 - p K_1 p) C + S (K_1 - p K_0 p) S
  //
  // Of a symmetric matrix only the lower half is used: entries below the diagonal stand for two.
  QBATT_HD void turn_into_form() {
    const bool mirrored = exchanged() && chain_.folded;
    share(team_, cosine_.blocks() * BlockMatrix::entries, [&](int i) {
      const BlockMatrix::Place at = cosine_.place(i / BlockMatrix::entries);
      const int a = at.row * BlockMatrix::side + i % BlockMatrix::side;
      const int b = at.column * BlockMatrix::side + i % BlockMatrix::entries / BlockMatrix::side;
      const std::int32_t left = selection_.list[a];
      const std::int32_t right = selection_.list[selection_.first_column + b];
      double scale = 0.0;
      double reflected = 0.0;
      if (left >= 0 && right >= 0) {
        const double twice = selection_.cross ? 4.0 : (a > b ? 2.0 : (a == b ? 1.0 : 0.0));
        scale = twice * pairs_.copies(chain_, left) * pairs_.copies(chain_, right);
        reflected = mirrored ? pairs_.parity(left) * pairs_.parity(right) : 0.0;
      }
      const double even = cosine_.values[i];
      const double odd = sine_.values[i];
      cosine_.values[i] = scale * (even - reflected * odd);
      if (sine_.values != cosine_.values) sine_.values[i] = scale * (odd - reflected * even);
    });
  }

  template <int times, class Times>
  QBATT_HD void fill(const Times& t, double* phases) {
    constexpr int stride = EnergyScratch::stride(times);
    share(team_, times * selection_.count(), [&](int item) {
      const int place = item / times;
      const int time = item % times;
      const SineCosine<double> p = sine_cosine(selection_.lambda[place] * t(time));
      phases[place * stride + time] = p.cosine;
      phases[place * stride + times + time] = p.sine;
    });
  }

  /// What the products of two phase factors are multiplied with.
  struct Factors {
    double slope_cosine;  ///< S_a C_b in E'
    double slope_sine;    ///< C_a S_b in E'
    double cosine;        ///< C_a C_b in E''
    double sine;          ///< S_a S_b in E''
  };

  // E = sum_ab A_ab C_a C_b + B_ab S_a S_b, so that
  //
  //     E'  = sum S_a C_b (lambda_b B - lambda_a A) + C_a S_b (lambda_a B - lambda_b A),
  //     E'' = sum C_a C_b (2 lambda_a lambda_b B - (lambda_a^2 + lambda_b^2) A)
  //             + S_a S_b (2 lambda_a lambda_b A - (lambda_a^2 + lambda_b^2) B);
  //
  // with A = B and omega = lambda_a - lambda_b that is -A omega, A omega, and -A omega^2 twice.
  template <bool one_matrix>
  QBATT_HD static Factors factors(double a, double b, double la, double lb) {
    if (one_matrix) {
      const double once = a * (la - lb);
      const double twice = once * (la - lb);
      return {-once, once, -twice, -twice};
    }
    const double product = 2.0 * la * lb;
    const double squares = la * la + lb * lb;
    return {lb * b - la * a, la * b - lb * a, product * b - squares * a, product * a - squares * b};
  }

  /// Of all blocks.
  [[nodiscard]] QBATT_HD int rows() const {
    return BlockMatrix::side * cosine_.blocks();
  }

  /// Item (block, row): what that row is about.
  struct RowOfBlock {
    int a;      ///< place of its pair
    int first;  ///< place of the pair of its first column
    int entry;  ///< its first entry in the matrices; the next ones are `side` behind each other
  };
  [[nodiscard]] QBATT_HD RowOfBlock row_of(int item) const {
    const BlockMatrix::Place at = cosine_.place(item / BlockMatrix::side);
    return {at.row * BlockMatrix::side + item % BlockMatrix::side, selection_.first_column + at.column * BlockMatrix::side,
            item / BlockMatrix::side * BlockMatrix::entries + item % BlockMatrix::side};
  }

  /// A pass of its own, which holds half as many sums as that of the derivatives.
  template <int times>
  QBATT_HD void add_energies(const EnergyScratch& scratch) {
    constexpr int side = BlockMatrix::side;
    constexpr int stride = EnergyScratch::stride(times);
    double sums[times] = {};
    for (int item = team_.rank(); item < rows(); item += team_.threads()) {
      const RowOfBlock row = row_of(item);
      double cosines[times] = {};
      double sines[times] = {};
      const double* p = scratch.phases + row.first * stride;
      for (int b = 0; b < side; ++b, p += stride) {
        const double cosine = cosine_.values[row.entry + b * side];
        const double sine = sine_.values[row.entry + b * side];
        QBATT_UNROLL
        for (int i = 0; i < times; ++i) {
          cosines[i] = mul_add(cosine, p[i], cosines[i]);
          sines[i] = mul_add(sine, p[times + i], sines[i]);
        }
      }
      const double* const left = scratch.phases + row.a * stride;
      QBATT_UNROLL
      for (int i = 0; i < times; ++i) sums[i] += left[i] * cosines[i] + left[times + i] * sines[i];
    }
    team_.sums(sums);
    alone(team_, [&] {
      for (int i = 0; i < times; ++i) scratch.samples[i].energy = middle() + sums[i];
    });
  }

  [[nodiscard]] QBATT_HD double middle() const {
    return 0.5 * static_cast<double>(dim_of(chain_) - 1);
  }

#if defined(__CUDA_ARCH__) && __CUDA_ARCH__ >= 800
  template <class Times>
  __device__ void evaluate_by_warps(const Times& t, bool with_energy, const EnergyScratch& scratch) {
    constexpr int lanes = 32;
    const int warp = team_.rank() / lanes;
    const int lane = team_.rank() % lanes;
    TimesOfLane sums;
    if (cosine_.values == sine_.values)
      add_by_warps<true>(with_energy, scratch.phases, sums);
    else
      add_by_warps<false>(with_energy, scratch.phases, sums);
    sums.add_up_rows();
    if (lane < 4) {
      double* const out = scratch.parts + (warp * most_times + 2 * lane) * EnergyScratch::values;
      for (int i = 0; i < 2; ++i) {
        out[i * EnergyScratch::values] = sums.energy[i];
        out[i * EnergyScratch::values + 1] = sums.slope[i];
        out[i * EnergyScratch::values + 2] = sums.curvature[i];
      }
    }
    team_.barrier();
    share(team_, most_times, [&](int time) {
      EnergySample sum{t(time), middle(), 0.0, 0.0};
      for (int w = 0; w < team_.threads() / lanes; ++w) {
        const double* const part = scratch.parts + (w * most_times + time) * EnergyScratch::values;
        sum.energy += part[0];
        sum.slope += part[1];
        sum.curvature += part[2];
      }
      scratch.samples[time] = sum;
    });
  }

  /// What a lane has of a row of the matrices at two times: see multiply_add_8x8x4().
  struct TimesOfLane {
    double energy[2] = {};
    double slope[2] = {};
    double curvature[2] = {};

    /// Over the eight rows that a warp holds.
    __device__ void add_up_rows() {
      constexpr unsigned all = 0xffffffffU;
      for (int distance = 4; distance < 32; distance *= 2) {
#pragma unroll
        for (int i = 0; i < 2; ++i) {
          energy[i] += __shfl_xor_sync(all, energy[i], distance);
          slope[i] += __shfl_xor_sync(all, slope[i], distance);
          curvature[i] += __shfl_xor_sync(all, curvature[i], distance);
        }
      }
    }
  };

  /// As add_row() and add_energies() do: the matrices times the phase factors of their columns, by tensor cores, times those of
  /// their rows. A warp takes up to two blocks of a row at once.
  template <bool one_matrix>
  __device__ void add_by_warps(bool with_energy, const double* phases, TimesOfLane& sums) const {
    constexpr int stride = EnergyScratch::stride(most_times);
    constexpr int side = BlockMatrix::side;
    const int lane = team_.rank() % 32;
    for_pieces_of_warp<2>(team_, cosine_, [&](const BlockMatrix::Place& at, int block, int count) {
      const int place = at.row * side + lane / 4;
      const double own = selection_.lambda[place];
      int column = selection_.first_column + at.column * side + lane % 4;
      int entry = block * BlockMatrix::entries + lane % 4 * side + lane / 4;
      double slope_cosines[2] = {};
      double slope_sines[2] = {};
      double cosines[2] = {};
      double sines[2] = {};
      double energy_cosines[2] = {};
      double energy_sines[2] = {};
      for (int half = 0; half < 2 * count; ++half, column += 4, entry += 4 * side) {
        const double matrix = cosine_.values[entry];
        const double other = one_matrix ? matrix : sine_.values[entry];
        const Factors f = factors<one_matrix>(matrix, other, own, selection_.lambda[column]);
        const double cosine = phases[column * stride + lane / 4];
        const double sine = phases[column * stride + most_times + lane / 4];
        multiply_add_8x8x4(f.slope_cosine, cosine, slope_cosines);
        multiply_add_8x8x4(f.slope_sine, sine, slope_sines);
        multiply_add_8x8x4(f.cosine, cosine, cosines);
        multiply_add_8x8x4(f.sine, sine, sines);
        if (with_energy) {
          multiply_add_8x8x4(matrix, cosine, energy_cosines);
          multiply_add_8x8x4(other, sine, energy_sines);
        }
      }
      const double* const left = phases + place * stride + 2 * (lane % 4);
#pragma unroll
      for (int i = 0; i < 2; ++i) {
        const double cosine = left[i];
        const double sine = left[most_times + i];
        sums.slope[i] += sine * slope_cosines[i] + cosine * slope_sines[i];
        sums.curvature[i] += cosine * cosines[i] + sine * sines[i];
        sums.energy[i] += cosine * energy_cosines[i] + sine * energy_sines[i];
      }
    });
  }
#endif

  /// Item (block, row): slopes and curvatures.
  template <int times, bool one_matrix>
  QBATT_HD void add_row(int item, const double* phases, double (&sums)[2 * times]) const {
    constexpr int side = BlockMatrix::side;
    constexpr int stride = EnergyScratch::stride(times);
    const RowOfBlock row = row_of(item);
    const double* const cosine_row = cosine_.values + row.entry;
    const double* const sine_row = sine_.values + row.entry;
    const double* const lambda = selection_.lambda + row.first;
    const double own = selection_.lambda[row.a];
    double slope_cosines[times] = {};
    double slope_sines[times] = {};
    double cosines[times] = {};
    double sines[times] = {};
    const double* p = phases + row.first * stride;
    for (int b = 0; b < side; ++b, p += stride) {
      const double matrix = cosine_row[b * side];
      const double other = one_matrix ? matrix : sine_row[b * side];
      const Factors f = factors<one_matrix>(matrix, other, own, lambda[b]);
      QBATT_UNROLL
      for (int i = 0; i < times; ++i) {
        slope_cosines[i] = mul_add(f.slope_cosine, p[i], slope_cosines[i]);
        slope_sines[i] = mul_add(f.slope_sine, p[times + i], slope_sines[i]);
        cosines[i] = mul_add(f.cosine, p[i], cosines[i]);
        sines[i] = mul_add(f.sine, p[times + i], sines[i]);
      }
    }
    const double* const left = phases + row.a * stride;
    QBATT_UNROLL
    for (int i = 0; i < times; ++i) {
      sums[i] += left[times + i] * slope_cosines[i] + left[i] * slope_sines[i];
      sums[times + i] += left[i] * cosines[i] + left[times + i] * sines[i];
    }
  }

  Team& team_;
  Chain chain_;
  Tiling tiling_;
  TeamPairs pairs_;
  EnergySelection selection_;
  BlockMatrix cosine_;
  BlockMatrix sine_;
};

}  // namespace qbatt::kernels::inline QBATT_TARGET
