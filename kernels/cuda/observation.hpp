#pragma once

#include "kernels/cuda/pair_batch.hpp"
#include "kernels/observe.hpp"
#include "kernels/state_report.hpp"

// Stages from amplitudes to observables. The chain is cut into segments of levels, so that few systems at few times still fill a
// device; neighboring threads take neighboring times, whose amplitudes lie side by side.
namespace qbatt::cuda {

/// Levels of a segment of a chain of n: a power of two, so that nobody who merges segments one after the other meets more than
/// 16384.
[[nodiscard]] QBATT_HD inline index segment_levels(index n) {
  constexpr index most_segments = 16'384;
  index levels = 64;
  while (levels * most_segments < n) levels *= 2;
  return levels;
}

[[nodiscard]] QBATT_HD inline index segment_count(index n) {
  return (n + segment_levels(n) - 1) / segment_levels(n);
}

/// Item (member, segment, time): the sums over a segment.
struct ObserveSegments {
  PairBatch batch;
  TimeSlab slab;
  kernels::StateSums* sums;  ///< [count][segments][times]
  Detail detail;
  double* significant;  ///< [count][times][n]: populations to be sorted; null unless detail is observables

  [[nodiscard]] QBATT_HD index items() const { return slab.count * segment_count(batch.n) * slab.times; }

  QBATT_HD void operator()(index item) const {
    const index time = item % slab.times;
    const index segment = item / slab.times % segment_count(batch.n);
    const index member = item / (slab.times * segment_count(batch.n));
    const index dim = batch.systems[slab.place(member)].dim;
    const index length = segment_levels(batch.n);
    const index first = segment * length;
    kernels::StateSums s{};
    index kept = 0;
    double* const row = significant == nullptr ? nullptr : significant + (member * slab.times + time) * batch.n + first;
    if (first < dim) {
      const kernels::AmplitudeBlock block = segment_of(member, time, first, length, dim);
      kernels::observe_slopes(block, s);
      if (detail != Detail::slopes) kept = kernels::observe_populations(block, s, kernels::negligible_population(dim), row);
    }
    if (row != nullptr) {
      const index end = batch.n - first < length ? batch.n - first : length;
      for (index i = kept; i < end; ++i) row[i] = 0.0;
    }
    sums[item] = s;
  }

private:
  [[nodiscard]] QBATT_HD kernels::AmplitudeBlock segment_of(index member, index time, index first, index length, index dim) const {
    const index left = dim - first;
    const double* const re = slab.amplitudes + (member * batch.n + first) * slab.columns + time;
    const index entries = slab.place(member) * batch.n + first;
    kernels::AmplitudeBlock block{};
    block.first = first;
    block.step = 1;
    block.rows = static_cast<int>(left < length ? left : length);
    block.halo = left > length;
    block.re = re;
    block.im = batch.constant_diagonal ? nullptr : re + slab.times;
    block.offdiag = batch.offdiag + entries;
    block.diag = batch.diag + entries;
    block.stride = slab.columns;
    return block;
  }
};

/// Item (member, time): the sums over all levels, merged in ascending order. What FinishReports adds is NaN until then.
struct MergeSegments {
  PairBatch batch;
  TimeSlab slab;
  const kernels::StateSums* sums;
  StateReport* reports;  ///< [count][times]

  [[nodiscard]] QBATT_HD index items() const { return slab.count * slab.times; }

  QBATT_HD void operator()(index item) const {
    const index segments = segment_count(batch.n);
    const kernels::StateSums* const first = sums + item / slab.times * segments * slab.times + item % slab.times;
    kernels::StateSums total = *first;
    for (index segment = 1; segment < segments; ++segment) total = merge(total, first[segment * slab.times]);
    reports[item] = {.sums = total, .passive_level = static_cast<double>(NAN), .last_population = static_cast<double>(NAN)};
  }
};

/// Item (member, time, segment): sum_j j p_j over a segment of the populations in descending order, smallest terms first.
struct SumPassiveLevels {
  index rows;  ///< members times times
  index n;
  const double* descending;  ///< [rows][n]
  double* sums;              ///< [rows][segments]

  [[nodiscard]] QBATT_HD index items() const { return rows * segment_count(n); }

  QBATT_HD void operator()(index item) const {
    const index first = item % segment_count(n) * segment_levels(n);
    const index end = first + segment_levels(n) < n ? first + segment_levels(n) : n;
    const double* const row = descending + item / segment_count(n) * n;
    double sum = 0.0;
    for (index j = end; j-- > first;) sum += static_cast<double>(j) * row[j];
    sums[item] = sum;
  }
};

/// Item (member, time): what needs the populations in descending order, NaN where nobody sorted them, and the last level's.
struct FinishReports {
  PairBatch batch;
  TimeSlab slab;
  const double* passive;  ///< [count][times][segments] or null
  StateReport* reports;   ///< [count][times]

  [[nodiscard]] QBATT_HD index items() const { return slab.count * slab.times; }

  QBATT_HD void operator()(index item) const {
    const index member = item / slab.times;
    const index last = batch.systems[slab.place(member)].dim - 1;
    const double* const re = slab.amplitudes + (member * batch.n + last) * slab.columns + item % slab.times;
    const double im = batch.constant_diagonal ? 0.0 : re[slab.times];
    reports[item].passive_level = passive == nullptr ? static_cast<double>(NAN) : passive_level(item);
    reports[item].last_population = *re * *re + im * im;
  }

private:
  [[nodiscard]] QBATT_HD double passive_level(index item) const {
    const index segments = segment_count(batch.n);
    double sum = 0.0;
    for (index s = segments; s-- > 0;) sum += passive[item * segments + s];
    return sum;
  }
};

/// Item (member, level, time): what is wanted of single levels.
struct WriteLevels {
  PairBatch batch;
  TimeSlab slab;
  LevelValues values;
  double* output;  ///< [count][times][n] populations, or re and im of amplitudes

  [[nodiscard]] QBATT_HD index items() const { return slab.count * batch.n * slab.times; }

  QBATT_HD void operator()(index item) const {
    const index time = item % slab.times;
    const index k = item / slab.times % batch.n;
    const index member = item / (slab.times * batch.n);
    const double* const re = slab.amplitudes + (member * batch.n + k) * slab.columns + time;
    const index place = (member * slab.times + time) * batch.n + k;
    const double im = batch.constant_diagonal ? 0.0 : re[slab.times];
    if (values == LevelValues::populations) {
      output[place] = *re * *re + im * im;
      return;
    }
    const kernels::Amplitude a = batch.constant_diagonal ? kernels::amplitude_of_constant(k, *re) : kernels::Amplitude{*re, im};
    output[2 * place] = a.re;
    output[2 * place + 1] = a.im;
  }
};

}  // namespace qbatt::cuda
