#pragma once

#include <array>
#include <span>
#include <vector>

#include "kernels/peak.hpp"

namespace qbatt {

/// The search for the first maximum of the energy or of the average power as a state machine like GlobalSearch: where there is a
/// cheap stand-in for the energy it says where to look, and the root is that of the energy itself. Where the stand-in is not good
/// enough to tell, the energy itself is scanned.
///
///     FirstPeakSearch search(peak_of, bandwidth, stand_in);
///     while (!search.finished()) {
///       ... samples at search.times(), of the energy itself where search.wants_exact(), else of the stand-in
///       search.absorb(samples);
///     }
///     const double peak = search.peak();
class FirstPeakSearch {
public:
  /// `bandwidth`: see energy_bandwidth; `stand_in`: whether there is one.
  FirstPeakSearch(kernels::PeakOf peak_of, double bandwidth, bool stand_in);

  [[nodiscard]] bool finished() const { return stage_ == Stage::finished; }
  [[nodiscard]] bool wants_exact() const { return stage_ != Stage::stand_in; }
  /// The times at which samples are wanted; one or more unless it is finished.
  [[nodiscard]] std::span<const double> times() const { return {times_.data(), count_}; }
  /// A sample for each of times(). One that is no number ends the search on the stand-in, and on the energy itself the search.
  void absorb(std::span<const kernels::EnergySample> samples);
  /// Once it is finished; NaN where the search was lost.
  [[nodiscard]] double peak() const { return peak_; }

private:
  /// The scan of the stand-in, Newton's steps on the energy itself from there, the scan of the energy itself.
  enum class Stage { stand_in, polish, scan, finished };

  void absorb_scan(std::span<const kernels::EnergySample> samples);
  void absorb_polish(const kernels::EnergySample& sample);
  void ask_scan();
  void begin_polish(double guess);
  void scan_again();
  void finish(double peak);
  [[nodiscard]] bool may_have_missed_a_peak(double peak);

  kernels::PeakOf peak_of_;
  double bandwidth_;
  Stage stage_;
  kernels::PeakSearch search_;
  kernels::SlopeRoot root_;
  std::vector<kernels::SlopeSample> seen_;  ///< of the stand-in
  std::array<double, kernels::PeakSearch::most_samples> times_{};
  std::size_t count_ = 0;
  double peak_ = 0;
};

}  // namespace qbatt
