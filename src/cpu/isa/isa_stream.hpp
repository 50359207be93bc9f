#pragma once

#include "cpu/isa/isa_products.hpp"
#include "cpu/isa/isa_vectors.hpp"
#include "kernels/observe.hpp"

// The state of one superblock of levels, summed over all pairs for several times at once. Included only by isa_kernels.cpp.
namespace qbatt::cpu::inline QBATT_TARGET {

/// Amplitudes of the levels of one part at one time, in one half of the chain.
struct HalfPart {
  index first;       ///< level of row 0
  int step;          ///< +1: row i is level first + i; -1: level first - i (the mirrored half)
  int rows;          ///< levels
  int bonds;         ///< bonds between row i and row i + 1 that count
  const double* re;  ///< rows beyond those of the part are zero up to a whole native vector and one more
  const double* im;  ///< null where the diagonal is constant: re holds re psi (k even) or -im psi (k odd)
};

class SuperblockStreamer {
public:
  SuperblockStreamer(const StreamTask& task, std::int64_t superblock, const StreamResult& result, double* scratch)
      : task_(task),
        result_(result),
        chain_(*task.chain),
        channels_(channels(task)),
        groups_(task.pairs.count / group_lanes),
        amplitudes_(scratch),
        values_(amplitudes_ + channels_ * row_space),
        offdiag_(values_ + (Parts::most_rows + 1) * panel_lanes(task)),
        diag_step_(offdiag_ + row_space),
        populations_(diag_step_ + row_space),
        totals_(reinterpret_cast<kernels::StateSums*>(populations_ + 2 * row_space)),
        vectors_(chain_, task.cache, task.block, task.pairs, superblock,
                 populations_ + 2 * row_space + 2 * index{task.times} * state_doubles) {}

  static std::size_t scratch_size(const StreamTask& task) {
    return static_cast<std::size_t>((channels(task) + 4) * row_space + (Parts::most_rows + 1) * panel_lanes(task) +
                                    2 * index{task.times} * state_doubles) +
           SuperblockVectors::scratch_size(task.pairs, task.block);
  }

  void run() {
    for (int i = 0; i < 2 * task_.times; ++i) totals_[i] = kernels::StateSums{};
    for (index i = 0; i < channels_ * row_space; ++i) amplitudes_[i] = 0.0;
    for (index part = 0; part < vectors_.parts().count(); ++part) stream_part(part);
    for (int t = 0; t < task_.times; ++t) {
      result_.low[t] = totals_[t];
      if (chain_.folded) result_.high[t] = totals_[task_.times + t];
    }
  }

private:
  using Row = Pack<1>;

  /// Rows of one channel: those of a part, its halo, and zeros up to a whole native vector and one more.
  static constexpr index row_space = Parts::most_rows + 2 * 8;
  static constexpr index state_doubles = (sizeof(kernels::StateSums) / sizeof(double) + 7) / 8 * 8;  // whole cache lines
  /// Pairs that are generated together, so that their values stay in the cache.
  static constexpr index most_panel_lanes = 128;

  /// Numbers summed for every level.
  static index channels(const StreamTask& task) { return index{task.components} * task.times; }
  static index panel_lanes(const StreamTask& task) {
    return task.pairs.count < most_panel_lanes ? task.pairs.count : most_panel_lanes;
  }

  void stream_part(index part) {
    const Parts& parts = vectors_.parts();
    const index first = parts.first(part);
    const auto rows = static_cast<int>(parts.last(part) - first);
    const bool halo = vectors_.halo(part);
    const auto coefficients = vectors_.coefficients(part);
    constexpr index panel_groups = most_panel_lanes / group_lanes;
    for (std::int64_t g = 0; g < groups_; g += panel_groups) {
      const std::int64_t end = g + panel_groups < groups_ ? g + panel_groups : groups_;
      vectors_.generate(part, coefficients, g, end, values_);
      sum_panel(first, rows + (halo ? 1 : 0), g * group_lanes, end * group_lanes);
    }
    for (index c = 0; c < channels_; ++c) {
      double* const amplitude = amplitudes_ + c * row_space;
      for (index row = rows + (halo ? 1 : 0); row < whole_vectors(rows) + 1; ++row) amplitude[row] = 0.0;
    }
    copy_couplings(coefficients, rows, halo);
    observe(first, rows, halo, coefficients.offdiag[rows - 1]);
  }

  static index whole_vectors(index rows) { return (rows + native_width - 1) / native_width * native_width; }

  /// Adds pairs [begin, end) to the amplitudes. Where the diagonal is constant, even and odd levels have factors of their own.
  void sum_panel(index first, int rows, index begin, index end) {
    const int classes = chain_.constant_diagonal ? 2 : 1;
    const index pairs = end - begin;
    for (int c = 0; c < classes; ++c) {
      const int start = classes == 2 ? static_cast<int>((first + c) & 1) : 0;
      const index class_rows = (rows - start + classes - 1) / classes;
      const double* const factors = task_.factors + c * channels_ * task_.pairs.count + begin;
      sum_over_pairs({values_ + start * pairs, classes * pairs}, class_rows, {factors, task_.pairs.count}, channels_, pairs,
                     begin > 0, amplitudes_ + start, classes, row_space);
    }
  }

  /// Couplings of the part's bonds, the one that leads out of it included where there is a halo.
  void copy_couplings(const kernels::Coefficients& c, int rows, bool halo) {
    const int bonds = halo ? rows : rows - 1;
    for (index row = 0; row < whole_vectors(rows); ++row) {
      offdiag_[row] = row < bonds ? c.offdiag[row] : 0.0;
      diag_step_[row] = row < bonds ? c.diag[row + 1] - c.diag[row] : 0.0;
    }
  }

  /// Amplitudes of component `c` at time `t`.
  [[nodiscard]] const double* amplitude(int c, int t) const { return amplitudes_ + (c * task_.times + t) * row_space; }

  void observe(index first, int rows, bool halo, double last_offdiag) {
    const bool real = chain_.constant_diagonal;
    const int bonds = halo ? rows : rows - 1;
    for (int t = 0; t < task_.times; ++t) {
      const HalfPart low{first, 1, rows, bonds, amplitude(0, t), real ? nullptr : amplitude(1, t)};
      observe_half(low, t, totals_[t]);
      if (chain_.folded) {
        const bool middle = !halo && chain_.middle_level();  // the middle level belongs to the lower half
        const HalfPart high{chain_.dim - 1 - first,          -1, middle ? rows - 1 : rows, bonds, amplitude(real ? 1 : 2, t),
                            real ? nullptr : amplitude(3, t)};
        if (high.rows > 0) observe_half(high, t, totals_[task_.times + t]);
        if (!halo && !middle) add_fold_bond(low, high, last_offdiag, totals_[t]);
      }
    }
  }

  /// The bond between the two halves of a folded chain with an even number of levels: both last rows.
  void add_fold_bond(const HalfPart& low, const HalfPart& high, double offdiag, kernels::StateSums& sums) const {
    const int row = low.rows - 1;
    kernels::CurrentLanes<double> current;
    if (low.im == nullptr)
      current.add_real(offdiag, level_sign(low.first + row), low.re[row], high.re[row]);
    else
      current.add_complex(offdiag, 0.0, low.re[row], low.im[row], high.re[row], high.im[row]);
    sums.flow += 2.0 * current.flow;
    sums.flow_change += 2.0 * current.flow_change;
  }

  static double level_sign(index level) { return (level & 1) != 0 ? -1.0 : 1.0; }

  void observe_half(const HalfPart& half, int t, kernels::StateSums& total) {
    kernels::StateSums sums{};
    observe_currents(half, sums);
    if (result_.start_defect != nullptr) {
      result_.start_defect[t] +=
          kernels::start_defect_square({half.first, half.step, half.rows, false, half.re, half.im, nullptr, nullptr});
    }
    if (task_.observables) {
      observe_populations(half, sums);
      hand_over_populations(half, t);
    }
    total = kernels::merge(total, sums);
  }

  void observe_currents(const HalfPart& half, kernels::StateSums& sums) const {
    static constexpr double alternating[9] = {1.0, -1.0, 1.0, -1.0, 1.0, -1.0, 1.0, -1.0, 1.0};
    const Row sign = Row::load(alternating + (half.first & 1));
    kernels::CurrentLanes<Row> current;
    for (int row = 0; row < half.bonds; row += native_width) {
      const Row b = Row::load(offdiag_ + row);
      const Row re = Row::load(half.re + row);
      const Row re_next = Row::load(half.re + row + 1);
      if (half.im == nullptr)
        current.add_real(b, sign, re, re_next);
      else
        current.add_complex(b, Row::load(diag_step_ + row), re, Row::load(half.im + row), re_next, Row::load(half.im + row + 1));
    }
    sums.flow = 2.0 * half.step * sum_lanes(current.flow.v.first);
    sums.flow_change = 2.0 * half.step * sum_lanes(current.flow_change.v.first);
  }

  /// Moments about the part's own mean, in two passes, and information; leaves the populations in populations_.
  void observe_populations(const HalfPart& half, kernels::StateSums& sums) {
    static constexpr double count[8] = {0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0};
    const Row rows(half.rows);
    const Row zero(0.0);
    Row norm(0.0);
    Row first_moment(0.0);
    kernels::InformationLanes<Row> information;
    for (int row = 0; row < half.rows; row += native_width) {
      const Row offset = Row::load(count) + Row(row);
      const Row re = Row::load(half.re + row);
      Row p = re * re;
      if (half.im != nullptr) {
        const Row im = Row::load(half.im + row);
        p = p + im * im;
      }
      p = select(less(offset, rows), p, zero);  // the halo is another part's
      p.store(populations_ + row);
      norm = norm + p;
      first_moment = mul_add(offset, p, first_moment);
      information.add(p);
    }
    sums.norm = sum_lanes(norm.v.first);
    sums.entropy = sum_lanes(information.entropy.v.first);
    sums.purity = sum_lanes(information.purity.v.first);
    sums.root_sum = sum_lanes(information.root_sum.v.first);
    sums.largest = largest_lane(information.largest.v.first);
    if (sums.norm > 0.0) {
      const double mean_row = sum_lanes(first_moment.v.first) / sums.norm;
      sums.mean = static_cast<double>(half.first) + half.step * mean_row;
      Row spread_sum(0.0);
      for (int row = 0; row < half.rows; row += native_width) {
        const Row distance = Row::load(count) + Row(row) - Row(mean_row);
        spread_sum = mul_add(distance * distance, Row::load(populations_ + row), spread_sum);
      }
      sums.spread = sum_lanes(spread_sum.v.first);
    }
  }

  void hand_over_populations(const HalfPart& half, int t) {
    if (result_.significant != nullptr) {
      const double negligible = kernels::negligible_population(chain_.dim);
      double* const significant = populations_ + row_space;
      int count = 0;
      for (int row = 0; row < half.rows; ++row) {
        significant[count] = populations_[row];
        count += populations_[row] > negligible ? 1 : 0;
      }
      result_.significant(result_.context, t, significant, count);
    }
    if (result_.populations != nullptr)
      for (int row = 0; row < half.rows; ++row) result_.populations[t][half.first + half.step * index{row}] = populations_[row];
    if (result_.amplitudes != nullptr)
      kernels::copy_amplitudes({half.first, half.step, half.rows, false, half.re, half.im, nullptr, nullptr},
                               result_.amplitudes[t]);
    const index last_row = half.step * (chain_.dim - 1 - half.first);
    if (last_row >= 0 && last_row < half.rows) result_.last_population[t] = populations_[last_row];
  }

  const StreamTask& task_;
  const StreamResult& result_;
  kernels::Chain chain_;
  index channels_;
  std::int64_t groups_;
  double* amplitudes_;          // [channel][row_space]
  double* values_;              // [row][pair of the panel]
  double* offdiag_;             // [row_space] of the part's bonds
  double* diag_step_;           // [row_space]
  double* populations_;         // [row_space], then the significant ones of them
  kernels::StateSums* totals_;  // [low, high][time]
  SuperblockVectors vectors_;
};

}  // namespace qbatt::cpu::inline QBATT_TARGET
