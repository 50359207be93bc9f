#include "cpu/one_chain.hpp"

#include <algorithm>
#include <boost/sort/spreadsort/float_sort.hpp>
#include <limits>

#include "kernels/ergotropy.hpp"

namespace qbatt::cpu {

double search_first_peak(kernels::PeakOf peak_of, double bandwidth, const EnergySampler& sampler) {
  kernels::PeakSearch search(peak_of, bandwidth);
  double times[kernels::PeakSearch::most_samples];
  EnergySample energies[kernels::PeakSearch::most_samples];
  kernels::SlopeSample samples[kernels::PeakSearch::most_samples];
  while (!search.finished()) {
    const auto count = static_cast<std::size_t>(search.count());
    for (std::size_t i = 0; i < count; ++i) times[i] = search.time(static_cast<int>(i));
    sampler({times, count}, {energies, count});
    for (std::size_t i = 0; i < count; ++i) samples[i] = energies[i].slope_of(peak_of);
    search.absorb(samples);
  }
  return search.found() ? search.peak() : std::numeric_limits<double>::quiet_NaN();
}

void OneChain::sample(std::span<const double> times, Detail detail, std::span<StateReport> reports, double* populations) {
  evaluate({.t = times,
            .times = times.size(),
            .detail = detail,
            .uniform = false,
            .reports = reports,
            .populations = {&populations, populations == nullptr ? 0U : 1U}});
}

double OneChain::first_peak(kernels::PeakOf peak_of) {
  return search_first_peak(peak_of, bandwidth_, energy_sampler(kernels::detail_of_search(peak_of)));
}

GlobalPeak OneChain::global_peak(const EnergySignal& signal) {
  return find_global_peak(signal, energy_sampler(Detail::sums), nullptr);
}

EnergySampler OneChain::energy_sampler(Detail detail) {
  return [this, detail](std::span<const double> times, std::span<EnergySample> samples) {
    std::vector<StateReport> reports(times.size());
    sample(times, detail, reports);
    for (std::size_t i = 0; i < times.size(); ++i) samples[i] = kernels::energy_sample(times[i], reports[i].sums);
  };
}

std::vector<Optimum> OneChain::search(OptimumRule rule, double window) {
  if (rule != OptimumRule::global) {
    const double peak = first_peak(peak_of(rule));
    return {{.t = peak, .reach = peak}};
  }
  const EnergySignal signal = energy_signal(level_chain_, window);
  const GlobalPeak peak = global_peak(signal);
  return {{.t = peak.t, .window_end = peak.window_end, .reach = signal.window}};
}

double passive_level(std::vector<double>& populations) {
  boost::sort::spreadsort::float_sort(populations.rbegin(), populations.rend());
  return kernels::passive_level(populations.data(), static_cast<kernels::index>(populations.size()));
}

}  // namespace qbatt::cpu
