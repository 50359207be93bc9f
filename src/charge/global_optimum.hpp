#pragma once

#include <optional>
#include <span>

#include "charge/global_peak.hpp"
#include "charge/states.hpp"

namespace qbatt {

/// A GlobalSearch whose result is an optimum: what makes it fail is the reason why there is none.
class GlobalOptimumSearch {
public:
  /// As GlobalSearch.
  explicit GlobalOptimumSearch(const EnergySignal& signal, const std::optional<RoughErrors>& rough = std::nullopt);

  [[nodiscard]] bool finished() const { return !search_ || search_->finished(); }
  [[nodiscard]] bool wants_exact() const { return !search_ || search_->wants_exact(); }
  /// None once it is finished.
  [[nodiscard]] std::span<const double> times() const { return search_ ? search_->times() : std::span<const double>(); }
  /// A sample for each of times().
  void absorb(std::span<const EnergySample> samples);
  /// Once it is finished.
  [[nodiscard]] Optimum optimum() const;

private:
  template <class Step>
  void attempt(const Step& step);

  double window_;
  std::optional<GlobalSearch> search_;  ///< nothing once it has failed
  Failure failure_ = Failure::none;
};

}  // namespace qbatt
