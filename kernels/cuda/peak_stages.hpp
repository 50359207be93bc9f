#pragma once

#include "kernels/cuda/certify.hpp"
#include "kernels/cuda/pair_batch.hpp"
#include "kernels/peak.hpp"
#include "kernels/state_report.hpp"

// Stages that drive kernels::PeakSearch, one a system: each round gives it the samples it asked for.
namespace qbatt::cuda {

/// Item (system).
struct BeginSearch {
  kernels::PeakOf peak_of;
  const PairSummary* summaries;
  kernels::PeakSearch* searches;
  index count;

  [[nodiscard]] QBATT_HD index items() const { return count; }

  QBATT_HD void operator()(index system) const { searches[system] = kernels::PeakSearch(peak_of, summaries[system].bandwidth); }
};

/// Whether a system's search wants exactly `samples` times next, and its diagonalization converged.
struct WantsSamples {
  const PairSummary* summaries;
  const kernels::PeakSearch* searches;
  int samples;

  QBATT_HD bool operator()(index system) const {
    return summaries[system].info == 0 && !searches[system].finished() && searches[system].count() == samples;
  }
};

/// Item (member, time): the times that the searches ask for.
struct AskTimes {
  const kernels::PeakSearch* searches;
  TimeSlab slab;
  double* t;

  [[nodiscard]] QBATT_HD index items() const { return slab.count * slab.times; }

  QBATT_HD void operator()(index item) const {
    t[item] = searches[slab.place(item / slab.times)].time(static_cast<int>(item % slab.times));
  }
};

/// Item (member): hands the samples to the search.
struct Absorb {
  kernels::PeakOf peak_of;
  kernels::PeakSearch* searches;
  TimeSlab slab;
  const StateReport* reports;  ///< [count][times]

  [[nodiscard]] QBATT_HD index items() const { return slab.count; }

  QBATT_HD void operator()(index member) const {
    kernels::SlopeSample samples[kernels::PeakSearch::most_samples];
    for (index i = 0; i < slab.times; ++i) {
      const index item = member * slab.times + i;
      samples[i] = kernels::energy_sample(slab.t[item], reports[item].sums).slope_of(peak_of);
    }
    searches[slab.place(member)].absorb(samples);
  }
};

/// Item (system): the first peak in units of 1/a_0, NaN where there is none.
struct ReadPeaks {
  const PairSummary* summaries;
  const kernels::PeakSearch* searches;
  double* peaks;
  index count;

  [[nodiscard]] QBATT_HD index items() const { return count; }

  QBATT_HD void operator()(index system) const {
    const bool found = summaries[system].info == 0 && searches[system].found();
    peaks[system] = found ? searches[system].peak() : static_cast<double>(NAN);
  }
};

}  // namespace qbatt::cuda
