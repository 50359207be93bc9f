#pragma once

#include "cpu/isa/isa_products.hpp"
#include "cpu/isa/isa_vectors.hpp"
#include "kernels/observe.hpp"

// The state of one superblock of levels at many times, one time a lane. Included only by isa_kernels.cpp.
namespace qbatt::cpu::inline QBATT_TARGET {

/// Times that products are formed for together; see outer_products().
inline constexpr index time_lanes = outer_vectors * width;

/// Sums over pairs become amplitudes part by part: with S_e and S_o the sums over pairs of parity +1 and -1, a level's amplitude is
/// S_e + S_o and that of its mirror level S_e - S_o, so that both halves of a folded chain share them.
class TimesStreamer {
public:
  TimesStreamer(const TimesTask& task, std::int64_t superblock, const StreamResult& result, double* scratch)
      : task_(task),
        result_(result),
        chain_(*task.chain),
        sums_(scratch),
        values_(sums_ + sum_count(task) * sum_space(task)),
        populations_(values_ + whole_lines((Parts::most_rows + 1) * panel_pairs(task))),
        row_(populations_ + Parts::most_rows * time_lanes),
        totals_(row_ + 2 * index{Parts::most_rows}),
        vectors_(chain_, task.cache, task.block, task.pairs, superblock, totals_ + 2 * index{task.times} * total_fields) {}

  static std::size_t scratch_size(const TimesTask& task) {
    return static_cast<std::size_t>(sum_count(task) * sum_space(task) + whole_lines((Parts::most_rows + 1) * panel_pairs(task)) +
                                    Parts::most_rows * (time_lanes + 2) + 2 * index{task.times} * total_fields) +
           SuperblockVectors::scratch_size(task.pairs, task.block);
  }

  void run() {
    __builtin_memset(totals_, 0, static_cast<std::size_t>(2 * index{task_.times} * total_fields) * sizeof(double));
    for (index part = 0; part < vectors_.parts().count(); ++part) {
      sum_part(part);
      observe_part(part);
    }
    for (index t = 0; t < task_.wanted_times; ++t) {
      result_.low[t] = total_of(0, t);
      if (chain_.folded) result_.high[t] = total_of(1, t);
    }
  }

private:
  /// Logarithms wait for divisions: several registers of times at once.
  using Lane = Pack<outer_vectors>;

  /// One half of a part.
  struct HalfPart {
    index first;       ///< level of row 0
    int step;          ///< +1: row i is level first + i; -1: level first - i
    int rows;          ///< levels
    int bonds;         ///< bonds between row i and row i + 1 that count
    const double* re;  ///< [row][time]
    const double* im;  ///< null where the diagonal is constant: re holds re psi (k even) or -im psi (k odd)
  };

  /// As in kernels::StateSums; `scatter` is its spread.
  enum Total : index { norm, mean, scatter, entropy, purity, root_sum, largest, flow, flow_change, total_fields };

  static constexpr index most_panel_pairs = 128;  ///< whose values stay in the cache
  static_assert(most_panel_pairs >= group_lanes);

  static constexpr index whole_lines(index doubles) { return (doubles + 7) / 8 * 8; }
  static index panel_pairs(const TimesTask& task) {
    return task.pairs.count < most_panel_pairs ? task.pairs.count : most_panel_pairs;
  }
  static index sum_space(const TimesTask& task) { return (Parts::most_rows + 1) * index{task.times}; }

  /// Phase functions that a level and its mirror level need: cosine or sine by the parity of the level where the diagonal is
  /// constant, and the other one too where a mirror level has the other parity; else both.
  static int functions(const kernels::Chain& chain) {
    return chain.constant_diagonal && !(chain.folded && chain.dim % 2 == 0) ? 1 : 2;
  }
  static int parities(const kernels::Chain& chain) { return chain.folded ? 2 : 1; }
  static index sum_count(const TimesTask& task) { return index{functions(*task.chain)} * parities(*task.chain); }

  [[nodiscard]] double* sum(int function, int parity) const {
    return sums_ + (index{function} * parities(*task_.chain) + parity) * sum_space(task_);
  }

  void sum_part(index part) {
    const Parts& parts = vectors_.parts();
    const auto rows = static_cast<int>(parts.last(part) - parts.first(part)) + (vectors_.halo(part) && task_.currents ? 1 : 0);
    const auto coefficients = vectors_.coefficients(part);
    const index limits[3] = {0, chain_.folded ? task_.even : task_.pairs.count, task_.pairs.count};
    constexpr index panel = most_panel_pairs / group_lanes * group_lanes;
    for (int parity = 0; parity < parities(*task_.chain); ++parity) {
      if (limits[parity] == limits[parity + 1]) clear(parity);
      for (index begin = limits[parity]; begin < limits[parity + 1]; begin += panel) {
        const index end = begin + panel < limits[parity + 1] ? begin + panel : limits[parity + 1];
        vectors_.generate(part, coefficients, begin / group_lanes, end / group_lanes, values_);
        for (int function = 0; function < functions(*task_.chain); ++function)
          add_panel(parts.first(part), rows, begin, end, function, begin > limits[parity], sum(function, parity));
      }
    }
    unfold(rows);
  }

  void clear(int parity) const {
    for (int function = 0; function < functions(*task_.chain); ++function)
      __builtin_memset(sum(function, parity), 0, static_cast<std::size_t>(sum_space(task_)) * sizeof(double));
  }

  /// The sum over pairs [begin, end), added to `out` or written there. Where the diagonal is constant, even and odd levels have
  /// factors of their own.
  void add_panel(index first, int rows, index begin, index end, int function, bool add, double* out) const {
    const bool real = chain_.constant_diagonal;
    const int classes = real ? 2 : 1;
    const index times = task_.times;
    for (int start = 0; start < classes; ++start) {
      const bool sine = real ? ((first + start + function) & 1) != 0 : function == 1;
      const double* const factors = (sine ? task_.sines : task_.cosines) + begin * times;
      const index pairs = end - begin;
      outer_products({values_ + start * pairs, classes * pairs}, (rows - start + classes - 1) / classes, {factors, times}, times,
                     pairs, add, out + start * times, classes * times);
    }
  }

  /// Replaces sums over the two parities by the amplitudes of levels and of their mirror levels.
  void unfold(int rows) const {
    if (!chain_.folded) return;
    for (int function = 0; function < functions(*task_.chain); ++function) {
      double* const even = sum(function, 0);
      double* const odd = sum(function, 1);
      const index size = index{rows} * task_.times;
      for (index i = 0; i < size; i += time_lanes) {
        const Lane e = Lane::load(even + i);
        const Lane o = Lane::load(odd + i);
        (e + o).store(even + i);
        (e - o).store(odd + i);
      }
    }
  }

  void observe_part(index part) {
    const Parts& parts = vectors_.parts();
    const index first = parts.first(part);
    const auto rows = static_cast<int>(parts.last(part) - first);
    const bool halo = vectors_.halo(part);
    const bool real = chain_.constant_diagonal;
    const int bonds = halo ? rows : rows - 1;
    const auto coefficients = vectors_.coefficients(part);
    copy_couplings(coefficients, bonds);
    const HalfPart low{first, 1, rows, bonds, sum(0, 0), real ? nullptr : sum(1, 0)};
    const bool middle = !halo && chain_.middle_level();  // the middle level belongs to the lower half
    const bool exchanged = real && functions(*task_.chain) == 2;
    const HalfPart high{chain_.dim - 1 - first,
                        -1,
                        middle ? rows - 1 : rows,
                        bonds,
                        !chain_.folded ? nullptr : sum(exchanged ? 1 : 0, 1),
                        real || !chain_.folded ? nullptr : sum(1, 1)};
    for (index t = 0; t < task_.times; t += time_lanes) {
      observe_half(low, t, totals(0, t));
      if (chain_.folded && high.rows > 0) observe_half(high, t, totals(1, t));
      if (chain_.folded && !halo && !middle && task_.currents) add_fold_bond(low, high, t, coefficients.offdiag[rows - 1]);
    }
  }

  /// b_k and the step of the diagonal of every bond of the part.
  void copy_couplings(const kernels::Coefficients& c, int bonds) const {
    for (index row = 0; row < bonds; ++row) {
      row_[2 * row] = c.offdiag[row];
      row_[2 * row + 1] = c.diag[row + 1] - c.diag[row];
    }
  }

  static double level_sign(index level) { return (level & 1) != 0 ? -1.0 : 1.0; }

  /// Entry [field][lane] of a half at times t ... t + time_lanes - 1.
  [[nodiscard]] double* totals(int half, index t) const { return totals_ + (half * index{task_.times} + t) * total_fields; }

  static void add_to(double* totals, Total field, const Lane& value) {
    (Lane::load(totals + field * time_lanes) + value).store(totals + field * time_lanes);
  }

  void observe_half(const HalfPart& half, index t, double* totals) const {
    if (task_.currents) observe_currents(half, t, totals);
    observe_populations(half, t, totals);
    hand_over_populations(half, t);
  }

  void add_current(const kernels::CurrentLanes<Lane>& current, double direction, double* totals) const {
    add_to(totals, flow, Lane(2.0 * direction) * current.flow);
    add_to(totals, flow_change, Lane(2.0 * direction) * current.flow_change);
  }

  void observe_currents(const HalfPart& half, index t, double* totals) const {
    kernels::CurrentLanes<Lane> current;
    const index times = task_.times;
    for (index row = 0; row < half.bonds; ++row) {
      const double* const re = half.re + row * times + t;
      const Lane b(row_[2 * row]);
      if (half.im == nullptr) {
        current.add_real(b, Lane(level_sign(half.first + row)), Lane::load(re), Lane::load(re + times));
      } else {
        const double* const im = half.im + row * times + t;
        current.add_complex(b, Lane(row_[2 * row + 1]), Lane::load(re), Lane::load(im), Lane::load(re + times),
                            Lane::load(im + times));
      }
    }
    add_current(current, half.step, totals);
  }

  /// The bond between the two halves of a folded chain with an even number of levels: both last rows.
  void add_fold_bond(const HalfPart& low, const HalfPart& high, index t, double offdiag) const {
    const index row = low.rows - 1;
    const index at = row * task_.times + t;
    kernels::CurrentLanes<Lane> current;
    if (low.im == nullptr) {
      current.add_real(Lane(offdiag), Lane(level_sign(low.first + row)), Lane::load(low.re + at), Lane::load(high.re + at));
    } else {
      current.add_complex(Lane(offdiag), Lane(0.0), Lane::load(low.re + at), Lane::load(low.im + at), Lane::load(high.re + at),
                          Lane::load(high.im + at));
    }
    add_current(current, 1.0, totals(0, t));
  }

  /// Moments about the part's own mean, in two passes, and information; leaves the populations in populations_.
  void observe_populations(const HalfPart& half, index t, double* totals) const {
    kernels::MomentLanes<Lane> moments;
    kernels::InformationLanes<Lane> information;
    const index times = task_.times;
    const bool roots = task_.roots;
    for (index row = 0; row < half.rows; ++row) {
      const Lane re = Lane::load(half.re + row * times + t);
      Lane p = re * re;
      if (half.im != nullptr) {
        const Lane im = Lane::load(half.im + row * times + t);
        p = mul_add(im, im, p);
      }
      p.store(populations_ + row * time_lanes);
      moments.norm = moments.norm + p;
      moments.mean = mul_add(Lane(static_cast<double>(row)), p, moments.mean);
      information.add_entropy(p);
      if (roots) information.add_root(p);
    }
    moments.mean = moments.mean / select(less(Lane(0.0), moments.norm), moments.norm, Lane(1.0));
    for (index row = 0; row < half.rows; ++row) {
      const Lane distance = Lane(static_cast<double>(row)) - moments.mean;
      moments.spread = mul_add(distance * distance, Lane::load(populations_ + row * time_lanes), moments.spread);
    }
    moments.mean = mul_add(Lane(half.step), moments.mean, Lane(static_cast<double>(half.first)));
    add_moments(moments, totals);
    add_to(totals, entropy, information.entropy);
    add_to(totals, purity, information.purity);
    add_to(totals, root_sum, information.root_sum);
    larger(Lane::load(totals + largest * time_lanes), information.largest).store(totals + largest * time_lanes);
  }

  static void add_moments(const kernels::MomentLanes<Lane>& moments, double* totals) {
    const kernels::MomentLanes<Lane> before{Lane::load(totals + norm * time_lanes), Lane::load(totals + mean * time_lanes),
                                            Lane::load(totals + scatter * time_lanes)};
    const kernels::MomentLanes<Lane> all = kernels::merge(before, moments);
    all.norm.store(totals + norm * time_lanes);
    all.mean.store(totals + mean * time_lanes);
    all.spread.store(totals + scatter * time_lanes);
  }

  void hand_over_populations(const HalfPart& half, index first_time) const {
    const index last_row = half.step * (chain_.dim - 1 - half.first);
    const bool holds_last = last_row >= 0 && last_row < half.rows;
    for (int lane = 0; lane < time_lanes && first_time + lane < task_.wanted_times; ++lane) {
      const auto t = static_cast<int>(first_time) + lane;
      const double* const p = populations_ + lane;
      if (result_.significant != nullptr) hand_over_significant(p, half.rows, t);
      for (int row = 0; result_.populations != nullptr && row < half.rows; ++row)
        result_.populations[t][half.first + half.step * index{row}] = p[row * time_lanes];
      if (result_.amplitudes != nullptr) {
        const index at = first_time + lane;
        const double* const im = half.im == nullptr ? nullptr : half.im + at;
        kernels::copy_amplitudes({half.first, half.step, half.rows, false, half.re + at, im, nullptr, nullptr, task_.times},
                                 result_.amplitudes[t]);
      }
      if (holds_last) result_.last_population[t] = p[last_row * time_lanes];
    }
  }

  void hand_over_significant(const double* p, int rows, int time) const {
    const double negligible = kernels::negligible_population(chain_.dim);
    double significant[Parts::most_rows];
    int count = 0;
    for (int row = 0; row < rows; ++row) {
      significant[count] = p[row * time_lanes];
      count += p[row * time_lanes] > negligible ? 1 : 0;
    }
    result_.significant(result_.context, time, significant, count);
  }

  [[nodiscard]] kernels::StateSums total_of(int half, index t) const {
    const double* const at = totals(half, t / time_lanes * time_lanes) + t % time_lanes;
    const auto of = [at](Total field) { return at[field * time_lanes]; };
    return {of(norm), of(mean), of(scatter), of(entropy), of(purity), of(root_sum), of(largest), of(flow), of(flow_change)};
  }

  const TimesTask& task_;
  const StreamResult& result_;
  kernels::Chain chain_;
  double* sums_;         // [function][parity][row][time]
  double* values_;       // [row][pair of the panel]
  double* populations_;  // [row][lane]
  double* row_;          // [row] b_k and the step of the diagonal
  double* totals_;       // [half][vector of times][Total][lane]
  SuperblockVectors vectors_;
};

}  // namespace qbatt::cpu::inline QBATT_TARGET
