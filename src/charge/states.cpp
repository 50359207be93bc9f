#include "charge/states.hpp"

#include <algorithm>
#include <cmath>

namespace qbatt {

kernels::PeakOf peak_of(OptimumRule rule) {
  return rule == OptimumRule::power ? kernels::PeakOf::power : kernels::PeakOf::energy;
}

void States::error_bounds(std::size_t place, std::span<const double> t, std::span<double> bounds) const {
  std::ranges::transform(
      t, bounds.begin(), [&](double time) { return error_bound(place, time); });
}

std::vector<Optimum> States::optima(OptimumRule rule, double window, bool observed) {
  std::vector<Optimum> found = search(rule, window);
  const auto is_found = [](const Optimum& optimum) { return std::isfinite(optimum.t); };
  if (!observed || std::ranges::none_of(found, is_found)) return found;
  std::vector<double> t(found.size());
  std::ranges::transform(found, t.begin(), [&](const Optimum& optimum) { return is_found(optimum) ? optimum.t : 0.0; });
  std::vector<StateReport> reports(found.size());
  evaluate({.t = t, .times = 1, .detail = Detail::observables, .uniform = false, .reports = reports, .populations = {}});
  for (std::size_t place = 0; place < found.size(); ++place) found[place].report = reports[place];
  return found;
}

}  // namespace qbatt
