#pragma once

#include <math.h>

#include "cpu/isa_shoot.hpp"
#include "kernels/observe.hpp"
#include "kernels/stream.hpp"

// The state of one superblock of levels, summed over all pairs for several times at once. Included only by isa_kernels.cpp.
namespace qbatt::cpu::inline QBATT_TARGET {

/// Levels that are summed and observed together: their amplitudes stay in the cache.
inline constexpr int stream_rows = 64;

inline double scaled(double value, double exponent) {
  constexpr double underflow = -960.0;
  if (exponent == 0.0) {
    return value;
  }
  return exponent < underflow ? 0.0 : value * kernels::power_of_two(static_cast<int>(exponent));
}

inline StreamSums to_stream_sums(const kernels::StateSums& s) {
  return {s.norm, s.mean, s.spread, s.entropy, s.purity, s.root_sum, s.largest, s.flow, s.flow_change};
}

class SuperblockStreamer {
public:
  SuperblockStreamer(const StreamTask& task, std::int64_t superblock, const StreamResult& result, double* scratch)
      : task_(task),
        result_(result),
        chain_(chain_of(*task.chain)),
        superblock_(superblock),
        begin_(task.pairs.checkpoints.boundary[superblock]),
        end_(task.pairs.checkpoints.boundary[superblock + 1]),
        last_(superblock + 1 == task.pairs.checkpoints.superblocks),
        rows_(task.block < stream_rows ? task.block : stream_rows),
        parts_((end_ - begin_ + rows_ - 1) / rows_),
        groups_(task.pairs.count / group_lanes),
        channels_(channels(task)),
        source_{chain_, task.cache, scratch} {
    double* next = scratch + coefficient_arrays * (rows_ + 1);
    const auto take = [&next](std::int64_t count) {
      double* const p = next;
      next += count;
      return p;
    };
    sums_ = take((rows_ + 1) * channels_ * native_width);
    amplitudes_ = take((rows_ + 1) * channels_);
    significant_ = take(rows_);
    up_ = take(groups_ * 2 * group_lanes);
    down_ = take(parts_ * groups_ * 2 * group_lanes);
    totals_ = reinterpret_cast<kernels::StateSums*>(take(2 * index{task.times} * state_doubles));
  }

  static std::size_t scratch_size(const StreamTask& task, index longest) {
    const index rows = task.block < stream_rows ? task.block : stream_rows;
    const index parts = (longest + rows - 1) / rows;
    return static_cast<std::size_t>(coefficient_arrays * (rows + 1) + (rows + 1) * channels(task) * (native_width + 1) + rows +
                                    2 * task.pairs.count * (1 + parts) + 2 * index{task.times} * state_doubles);
  }

  void run() {
    prepare_up();
    prepare_down();
    for (int i = 0; i < 2 * task_.times; ++i) {
      totals_[i] = kernels::StateSums{};
    }
    for (index part = 0; part < parts_; ++part) {
      stream_part(part);
    }
    for (int t = 0; t < task_.times; ++t) {
      result_.low[t] = to_stream_sums(totals_[t]);
      if (chain_.folded) {
        result_.high[t] = to_stream_sums(totals_[task_.times + t]);
      }
    }
  }

private:
  /// Numbers summed for every level.
  static index channels(const StreamTask& task) { return index{task.components} * task.times; }

  static constexpr index state_doubles = sizeof(kernels::StateSums) / sizeof(double);

  /// Entry of this superblock's checkpoint for pair i.
  std::int64_t checkpoint(std::int64_t pair) const { return superblock_ * task_.pairs.count + pair; }
  double* up_state(std::int64_t group) const { return up_ + group * 2 * group_lanes; }
  double* down_state(index part, std::int64_t group) const { return down_ + (part * groups_ + group) * 2 * group_lanes; }
  index part_begin(index part) const { return begin_ + part * rows_; }
  index part_end(index part) const { return part_begin(part) + rows_ < end_ ? part_begin(part) + rows_ : end_; }

  /// Vectors at the first level, for the pairs whose bond is not below it.
  void prepare_up() {
    const StreamPairs& p = task_.pairs;
    for (std::int64_t j = 0; j < p.count; ++j) {
      double* const state = up_state(j / group_lanes) + j % group_lanes;
      const std::int64_t at = checkpoint(j);
      const bool active = p.bond[j] >= begin_;
      const double exponent = active ? p.checkpoints.up_scale[at] + p.up_exponent[j] : 0.0;
      state[0] = active ? scaled(p.checkpoints.up_here[at] * p.up_factor[j], exponent) : 0.0;
      state[group_lanes] = active ? scaled(p.checkpoints.up_behind[at] * p.up_factor[j], exponent) : 0.0;
    }
  }

  /// Whether pair j is in its downward part at the upper end of a part: the halo level, or the last level of the chain.
  bool is_down(std::int64_t j, index part) const { return task_.pairs.bond[j] < part_end(part); }

  /// Vectors at the upper end of every part, for the pairs that come from above.
  void prepare_down() {
    for (std::int64_t g = 0; g < groups_; ++g) {
      bool needed = false;
      for (int l = 0; l < group_lanes; ++l) {
        needed = needed || is_down(g * group_lanes + l, parts_ - 1);
      }
      for (index part = 0; part < parts_; ++part) {
        Group(0.0).store(down_state(part, g));
        Group(0.0).store(down_state(part, g) + group_lanes);
      }
      if (needed) {
        regenerate_down(g);
      }
    }
  }

  void regenerate_down(std::int64_t g) {
    const std::int64_t at = checkpoint(g * group_lanes);
    const Checkpoints& c = task_.pairs.checkpoints;
    kernels::Shot<Group> shot;
    shot.vector.here = Group::load(c.down_here + at);
    shot.vector.behind = Group::load(c.down_behind + at);
    shot.scale = Group::load(c.down_scale + at);
    const Group lambda = Group::load(task_.pairs.lambda + g * group_lanes);
    for (index part = parts_; part-- > 0;) {
      keep_down(shot, part, g);
      bool more = false;
      for (int l = 0; part > 0 && l < group_lanes; ++l) {
        more = more || is_down(g * group_lanes + l, part - 1);
      }
      if (!more) {
        return;
      }
      // `here` stands at the upper end: the halo level, or the last level of the chain.
      const index top = last_ && part == parts_ - 1 ? end_ - 1 : part_end(part);
      const auto block = source_.range(part_begin(part) + 1, top - part_begin(part));
      kernels::shoot_down<false>(block, top - part_begin(part), lambda, shot);
      shot.close_block();
    }
  }

  void keep_down(const kernels::Shot<Group>& shot, index part, std::int64_t g) {
    double here[group_lanes];
    double behind[group_lanes];
    double scale[group_lanes];
    shot.vector.here.store(here);
    shot.vector.behind.store(behind);
    shot.scale.store(scale);
    double* const state = down_state(part, g);
    for (int l = 0; l < group_lanes; ++l) {
      const std::int64_t j = g * group_lanes + l;
      if (is_down(j, part)) {
        const double exponent = scale[l] + task_.pairs.down_exponent[j];
        state[l] = scaled(here[l] * task_.pairs.down_factor[j], exponent);
        state[group_lanes + l] = scaled(behind[l] * task_.pairs.down_factor[j], exponent);
      }
    }
  }

  void stream_part(index part) {
    const index first = part_begin(part);
    const int rows = static_cast<int>(part_end(part) - first);
    const bool halo = !(last_ && part == parts_ - 1);
    const auto block = source_.range(first, rows + (halo ? 1 : 0));
    const int sum_rows = rows + (halo ? 1 : 0);
    for (index i = 0; i < sum_rows * channels_ * native_width; ++i) {
      sums_[i] = 0.0;
    }
    for (std::int64_t g = 0; g < groups_; ++g) {
      add_upward(block, part, g, rows, halo);
      add_downward(block, part, g, rows, halo);
    }
    for (index row = 0; row < sum_rows; ++row) {
      for (index channel = 0; channel < channels_; ++channel) {
        NativeVector v;
        __builtin_memcpy(&v, sums_ + (row * channels_ + channel) * native_width, sizeof v);
        amplitudes_[channel * (rows_ + 1) + row] = sum_lanes(v);
      }
    }
    observe(block, first, rows, halo);
  }

  /// Adds the group's vectors at one row, times the phase factors, to the sums of all channels. Everything is copied to locals
  /// first: the stores to `sum` could alias anything that is reached through a pointer.
  void add_row(index first, index row, std::int64_t g, const Group& value) {
    const Group vector = value;
    const index count = channels_;
    const index stride = task_.pairs.count;
    const index parity = chain_.constant_diagonal ? (first + row) & 1 : 0;
    const double* factor = task_.factors + parity * count * stride + g * group_lanes;
    double* sum = sums_ + row * count * native_width;
    for (index channel = 0; channel < count; ++channel) {
      NativeVector s;
      __builtin_memcpy(&s, sum, sizeof s);
#pragma GCC unroll 4
      for (index r = 0; r < pack_registers; ++r) {
        NativeVector f;
        __builtin_memcpy(&f, factor + r * native_width, sizeof f);
        s = native_mul_add(vector.v[r], f, s);
      }
      __builtin_memcpy(sum, &s, sizeof s);
      sum += native_width;
      factor += stride;
    }
  }

  /// Sets the lanes whose bond is `bond` to zero.
  void silence(kernels::VectorPair<Group>& v, const GroupBonds& bonds, index bond) const {
    double here[group_lanes];
    double behind[group_lanes];
    v.here.store(here);
    v.behind.store(behind);
    for (int l = 0; l < group_lanes; ++l) {
      if (bonds.bond[l] == bond) {
        here[l] = behind[l] = 0.0;
      }
    }
    v.here = Group::load(here);
    v.behind = Group::load(behind);
  }

  void add_upward(const kernels::Coefficients& block, index part, std::int64_t g, int rows, bool halo) {
    const GroupBonds bonds(task_.pairs.bond + g * group_lanes);
    const index first = part_begin(part);
    const index none = chain_.levels;
    index bond = bonds.next_above(first, none);
    if (bond == none) {
      return;
    }
    double* const state = up_state(g);
    const Group lambda = Group::load(task_.pairs.lambda + g * group_lanes);
    kernels::VectorPair<Group> v{Group::load(state), Group::load(state + group_lanes)};
    const auto sink = [&](index row, const Group& value) { add_row(first, row, g, value); };
    index row = 0;
    for (; bond < first + rows; bond = bonds.next_above(bond + 1, none)) {
      kernels::stream_up(block, row, bond + 1 - first, lambda, v, sink);
      row = bond + 1 - first;
      silence(v, bonds, bond);
    }
    if (bond != none) {
      kernels::stream_up(block, row, rows, lambda, v, sink);
      if (halo) {
        sink(rows, v.here);
      }
    }
    v.here.store(state);
    v.behind.store(state + group_lanes);
  }

  void add_downward(const kernels::Coefficients& block, index part, std::int64_t g, int rows, bool halo) {
    const GroupBonds bonds(task_.pairs.bond + g * group_lanes);
    const index first = part_begin(part);
    index bond = bonds.next_below(part_end(part) - 1);
    if (bond < 0) {
      return;
    }
    double* const state = down_state(part, g);
    const Group lambda = Group::load(task_.pairs.lambda + g * group_lanes);
    kernels::VectorPair<Group> v{Group::load(state), Group::load(state + group_lanes)};
    const auto sink = [&](index row, const Group& value) { add_row(first, row, g, value); };
    index row = rows + (halo ? 1 : 0);
    for (; bond >= first; bond = bonds.next_below(bond - 1)) {
      kernels::stream_down(block, bond + 1 - first, row, lambda, v, sink);
      row = bond + 1 - first;
      silence(v, bonds, bond);
    }
    if (bond >= 0) {
      kernels::stream_down(block, 0, row, lambda, v, sink);
    }
  }

  /// Amplitudes of component `c` at time `t`.
  const double* amplitude(int c, int t) const {
    return amplitudes_ + (c * task_.times + t) * (rows_ + 1);
  }

  void observe(const kernels::Coefficients& block, index first, int rows, bool halo) {
    const bool real = chain_.constant_diagonal;
    for (int t = 0; t < task_.times; ++t) {
      kernels::AmplitudeBlock low{first,         1,         rows, halo, amplitude(0, t), real ? nullptr : amplitude(1, t),
                                  block.offdiag, block.diag};
      observe_block(low, t, totals_[t]);
      if (chain_.folded) {
        const int c = real ? 1 : 2;
        const bool middle = !halo && chain_.middle_level();  // the middle level belongs to the lower half
        kernels::AmplitudeBlock high{chain_.dim - 1 - first,
                                     -1,
                                     middle ? rows - 1 : rows,
                                     halo || middle,
                                     amplitude(c, t),
                                     real ? nullptr : amplitude(3, t),
                                     block.offdiag,
                                     block.diag};
        if (high.rows > 0) {
          observe_block(high, t, totals_[task_.times + t]);
        }
        if (!halo && !middle) {
          add_fold_bond(low, high, rows - 1, totals_[t]);
        }
      }
    }
  }

  /// The bond between the two halves of a folded chain with an even number of levels.
  void add_fold_bond(const kernels::AmplitudeBlock& low, const kernels::AmplitudeBlock& high, int row, kernels::StateSums& sums) {
    const auto lower = kernels::amplitude(low, row);
    const auto upper = kernels::amplitude(high, row);
    kernels::add_flow(sums, {low.offdiag[row], 0.0}, lower.re, lower.im, upper.re, upper.im);
  }

  void observe_block(const kernels::AmplitudeBlock& block, int t, kernels::StateSums& total) {
    kernels::StateSums sums;
    kernels::observe_slopes(block, sums);
    if (result_.start_defect != nullptr) {
      result_.start_defect[t] += kernels::start_defect_square(block);
    }
    if (task_.observables) {
      const int count = kernels::observe_populations(block, sums, kernels::negligible_population(chain_.dim), significant_);
      if (result_.significant != nullptr) {
        result_.significant(result_.context, t, significant_, count);
      }
      if (result_.populations != nullptr) {
        for (int row = 0; row < block.rows; ++row) {
          result_.populations[t][block.first + block.step * row] = kernels::population(block, row);
        }
      }
      const index last_row = block.step * (chain_.dim - 1 - block.first);
      if (last_row >= 0 && last_row < block.rows) {
        result_.last_population[t] = kernels::population(block, static_cast<int>(last_row));
      }
    }
    total = kernels::merge(total, sums);
  }

  const StreamTask& task_;
  const StreamResult& result_;
  kernels::Chain chain_;
  std::int64_t superblock_;
  index begin_;
  index end_;
  bool last_;
  index rows_;
  index parts_;
  std::int64_t groups_;
  index channels_;
  CoefficientSource source_;
  double* sums_;                // [row][channel][native lane]
  double* amplitudes_;          // [channel][rows_ + 1]
  double* significant_;         // [rows_]
  double* up_;                  // [group][here, behind][lane]
  double* down_;                // [part][group][here, behind][lane]
  kernels::StateSums* totals_;  // [low, high][time]
};

}  // namespace qbatt::cpu::inline QBATT_TARGET
