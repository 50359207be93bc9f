#include "charge/global_optimum.hpp"

#include "model/numerical_error.hpp"

namespace qbatt {

GlobalOptimumSearch::GlobalOptimumSearch(const EnergySignal& signal, const std::optional<RoughErrors>& rough)
    : window_(signal.window) {
  attempt([&] { search_.emplace(signal, rough); });
}

void GlobalOptimumSearch::absorb(std::span<const EnergySample> samples) {
  attempt([&] { search_->absorb(samples); });
}

Optimum GlobalOptimumSearch::optimum() const {
  if (!search_) return {.reach = window_, .failure = failure_};
  const GlobalPeak peak = search_->peak();
  return {.t = peak.t, .window_end = peak.window_end, .reach = window_};
}

template <class Step>
void GlobalOptimumSearch::attempt(const Step& step) {
  try {
    step();
  } catch (const NumericalError& error) {
    failure_ = error.failure();
    search_.reset();
  }
}

}  // namespace qbatt
