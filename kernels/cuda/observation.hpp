#pragma once

#include "kernels/cuda/pair_batch.hpp"
#include "kernels/observe.hpp"
#include "solve/state_report.hpp"

// Stages from amplitudes to observables. The chain is cut into segments of levels, so that few systems at few times still fill a
// device; neighbouring threads take neighbouring times, whose amplitudes lie side by side.
namespace qbatt::cuda {

inline constexpr index segment_levels = 64;

[[nodiscard]] QBATT_HD inline index segment_count(index n) {
  return (n + segment_levels - 1) / segment_levels;
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
    const index first = segment * segment_levels;
    kernels::StateSums s;
    index kept = 0;
    double* const row = significant == nullptr ? nullptr : significant + (member * slab.times + time) * batch.n + first;
    if (first < dim) {
      const kernels::AmplitudeBlock block = segment_of(member, time, first, dim);
      kernels::observe_slopes(block, s);
      if (detail != Detail::slopes) {
        kept = kernels::observe_populations(block, s, kernels::negligible_population(dim), row);
      }
    }
    if (row != nullptr) {
      const index end = batch.n - first < segment_levels ? batch.n - first : segment_levels;
      for (index i = kept; i < end; ++i) {
        row[i] = 0.0;
      }
    }
    sums[item] = s;
  }

private:
  [[nodiscard]] QBATT_HD kernels::AmplitudeBlock segment_of(index member, index time, index first, index dim) const {
    const index left = dim - first;
    const double* const re = slab.amplitudes + (member * batch.n + first) * slab.columns + time;
    const index entries = slab.place(member) * batch.n + first;
    kernels::AmplitudeBlock block{};
    block.first = first;
    block.step = 1;
    block.rows = static_cast<int>(left < segment_levels ? left : segment_levels);
    block.halo = left > segment_levels;
    block.re = re;
    block.im = batch.constant_diagonal ? nullptr : re + slab.times;
    block.offdiag = batch.offdiag + entries;
    block.diag = batch.diag + entries;
    block.stride = slab.columns;
    return block;
  }
};

/// Item (member, time): the sums over all levels, merged in ascending order.
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
    for (index segment = 1; segment < segments; ++segment) {
      total = merge(total, first[segment * slab.times]);
    }
    reports[item].sums = total;
  }
};

/// Item (member, time): what needs the populations in descending order, NaN where nobody sorted them, and the last level's.
struct FinishReports {
  PairBatch batch;
  TimeSlab slab;
  const double* descending;  ///< [count][times][n] or null
  StateReport* reports;      ///< [count][times]

  [[nodiscard]] QBATT_HD index items() const { return slab.count * slab.times; }

  QBATT_HD void operator()(index item) const {
    const index member = item / slab.times;
    const index last = batch.systems[slab.place(member)].dim - 1;
    const double* const re = slab.amplitudes + (member * batch.n + last) * slab.columns + item % slab.times;
    const double im = batch.constant_diagonal ? 0.0 : re[slab.times];
    reports[item].passive_level =
        descending == nullptr ? static_cast<double>(NAN) : kernels::passive_level(descending + item * batch.n, last + 1);
    reports[item].last_population = *re * *re + im * im;
  }
};

/// Item (member, level, time): the populations themselves.
struct WritePopulations {
  PairBatch batch;
  TimeSlab slab;
  double* populations;  ///< [count][times][n]

  [[nodiscard]] QBATT_HD index items() const { return slab.count * batch.n * slab.times; }

  QBATT_HD void operator()(index item) const {
    const index time = item % slab.times;
    const index k = item / slab.times % batch.n;
    const index member = item / (slab.times * batch.n);
    const double* const re = slab.amplitudes + (member * batch.n + k) * slab.columns + time;
    const double im = batch.constant_diagonal ? 0.0 : re[slab.times];
    populations[(member * slab.times + time) * batch.n + k] = *re * *re + im * im;
  }
};

}  // namespace qbatt::cuda
