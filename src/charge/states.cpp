#include "charge/states.hpp"

#include <algorithm>
#include <cmath>

#include "charge/ladder.hpp"

namespace qbatt {

kernels::PeakOf peak_of(OptimumRule rule) {
  return rule == OptimumRule::power ? kernels::PeakOf::power : kernels::PeakOf::energy;
}

void States::error_bounds(std::size_t place, std::span<const double> t, std::span<double> bounds) const {
  std::ranges::transform(
      t, bounds.begin(), [&](double time) { return error_bound(place, time); });
}

bool States::refused(std::size_t place, double t) const {
  return is_refused(pair_defect(place, t), error_bound(place, t));
}

void States::energies(const EnergyQuery& query) {
  std::vector<StateReport> reports(query.t.size());
  evaluate({.t = query.t, .times = query.times, .detail = query.detail, .uniform = false, .reports = reports, .populations = {}});
  for (std::size_t i = 0; i < reports.size(); ++i) query.samples[i] = kernels::energy_sample(query.t[i], reports[i].sums);
}

std::vector<Optimum> States::optima(OptimumRule rule, double window, bool observed) {
  std::vector<Optimum> found = search(rule, window);
  const auto is_found = [](const Optimum& optimum) { return std::isfinite(optimum.t); };
  if (!observed || std::ranges::none_of(found, is_found)) return found;
  std::vector<double> t(found.size());
  std::ranges::transform(found, t.begin(), [&](const Optimum& optimum) { return is_found(optimum) ? optimum.t : 0.0; });
  std::vector<StateReport> reports(found.size());
  std::vector<Coherence> coherences(superposed() ? found.size() : 0);
  evaluate({.t = t,
            .times = 1,
            .detail = Detail::observables,
            .uniform = false,
            .reports = reports,
            .populations = {},
            .coherences = coherences});
  for (std::size_t place = 0; place < found.size(); ++place) {
    found[place].report = reports[place];
    if (superposed()) found[place].coherence = coherences[place];
  }
  return found;
}

}  // namespace qbatt
