#include "cpu/one_chain.hpp"

#include <algorithm>
#include <boost/sort/spreadsort/float_sort.hpp>
#include <limits>

#include "kernels/ergotropy.hpp"

namespace qbatt::cpu {

double search_first_peak(double bandwidth, const SlopeSampler& sampler) {
  kernels::PeakSearch search(kernels::first_scan_step(bandwidth), kernels::curvature_at_start);
  double times[kernels::PeakSearch::most_samples];
  kernels::SlopeSample samples[kernels::PeakSearch::most_samples];
  while (!search.finished()) {
    const auto count = static_cast<std::size_t>(search.count());
    for (std::size_t i = 0; i < count; ++i) times[i] = search.time(static_cast<int>(i));
    sampler({times, count}, {samples, count});
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

double OneChain::first_peak() {
  return search_first_peak(
      bandwidth_,
      [this](std::span<const double> times, std::span<kernels::SlopeSample> samples) {
        std::vector<StateReport> reports(times.size());
        sample(times, Detail::slopes, reports);
        for (std::size_t i = 0; i < times.size(); ++i) samples[i] = {times[i], reports[i].sums.flow, reports[i].sums.flow_change};
      });
}

GlobalPeak OneChain::global_peak(const EnergySignal& signal) {
  return find_global_peak(signal, energy_sampler(), nullptr);
}

EnergySampler OneChain::energy_sampler() {
  return [this](std::span<const double> times, std::span<EnergySample> samples) {
    std::vector<StateReport> reports(times.size());
    sample(times, Detail::sums, reports);
    for (std::size_t i = 0; i < times.size(); ++i) {
      const kernels::StateSums& sums = reports[i].sums;
      samples[i] = {times[i], sums.mean * sums.norm, sums.flow, sums.flow_change};
    }
  };
}

std::vector<Optimum> OneChain::search(OptimumRule rule, double window) {
  if (rule != OptimumRule::global) {
    const double peak = first_peak();
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
