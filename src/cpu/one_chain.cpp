#include "cpu/one_chain.hpp"

#include <algorithm>
#include <array>
#include <boost/sort/spreadsort/float_sort.hpp>

#include "charge/first_peak.hpp"
#include "kernels/ergotropy.hpp"

namespace qbatt::cpu {

double find_first_peak(kernels::PeakOf peak_of, double bandwidth, const EnergySampler& exact, const EnergySampler* stand_in) {
  FirstPeakSearch search(peak_of, bandwidth, stand_in != nullptr);
  std::array<EnergySample, kernels::PeakSearch::most_samples> energies;
  while (!search.finished()) {
    const auto wanted = std::span(energies).first(search.times().size());
    (search.wants_exact() ? exact : *stand_in)(search.times(), wanted);
    search.absorb(wanted);
  }
  return search.peak();
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
  return find_first_peak(peak_of, bandwidth_, energy_sampler(kernels::detail_of_search(peak_of)), nullptr);
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
