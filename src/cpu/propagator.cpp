#include "cpu/propagator.hpp"

#include <algorithm>
#include <boost/sort/spreadsort/float_sort.hpp>
#include <limits>

#include "kernels/ergotropy.hpp"

namespace qbatt::cpu {

double search_first_peak(double bandwidth, const SlopeSampler& sampler) {
  kernels::PeakSearch search(kernels::first_scan_step(bandwidth), kernels::curvature_at_start);
  double times[kernels::PeakSearch::batch];
  kernels::SlopeSample samples[kernels::PeakSearch::batch];
  while (!search.finished()) {
    const auto count = static_cast<std::size_t>(search.count());
    for (std::size_t i = 0; i < count; ++i) {
      times[i] = search.time(static_cast<int>(i));
    }
    sampler({times, count}, {samples, count});
    search.absorb(samples);
  }
  return search.found() ? search.peak() : std::numeric_limits<double>::quiet_NaN();
}

double Propagator::first_peak() {
  return search_first_peak(bandwidth_, [this](std::span<const double> times, std::span<kernels::SlopeSample> samples) {
    std::vector<StateReport> reports(times.size());
    evaluate(times, Detail::slopes, reports, nullptr);
    for (std::size_t i = 0; i < times.size(); ++i) {
      samples[i] = {times[i], reports[i].sums.flow, reports[i].sums.flow_change};
    }
  });
}

GlobalPeak Propagator::global_peak(const EnergySignal& signal) {
  return find_global_peak(signal, energy_sampler(), nullptr);
}

EnergySampler Propagator::energy_sampler() {
  return [this](std::span<const double> times, std::span<EnergySample> samples) {
    std::vector<StateReport> reports(times.size());
    evaluate(times, Detail::sums, reports, nullptr);
    for (std::size_t i = 0; i < times.size(); ++i) {
      const kernels::StateSums& sums = reports[i].sums;
      samples[i] = {times[i], sums.mean * sums.norm, sums.flow, sums.flow_change};
    }
  };
}

double passive_level(std::vector<double>& populations) {
  boost::sort::spreadsort::float_sort(populations.rbegin(), populations.rend());
  return kernels::passive_level(populations.data(), static_cast<kernels::index>(populations.size()));
}

}  // namespace qbatt::cpu
