#include "charge/first_peak.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace qbatt {

using kernels::EnergySample;
using kernels::PeakSearch;
using kernels::SlopeSample;

FirstPeakSearch::FirstPeakSearch(kernels::PeakOf peak_of, double bandwidth, bool stand_in)
    : peak_of_(peak_of), bandwidth_(bandwidth), stage_(stand_in ? Stage::stand_in : Stage::scan), search_(peak_of, bandwidth) {
  ask_scan();
}

void FirstPeakSearch::absorb(std::span<const EnergySample> samples) {
  if (stage_ == Stage::polish)
    absorb_polish(samples.front());
  else
    absorb_scan(samples);
}

void FirstPeakSearch::ask_scan() {
  count_ = static_cast<std::size_t>(search_.count());
  for (std::size_t i = 0; i < count_; ++i) times_[i] = search_.time(static_cast<int>(i));
}

void FirstPeakSearch::absorb_scan(std::span<const EnergySample> samples) {
  std::array<SlopeSample, PeakSearch::most_samples> slopes;
  std::ranges::transform(samples, slopes.begin(), [this](const EnergySample& s) { return s.slope_of(peak_of_); });
  if (stage_ == Stage::stand_in) seen_.insert(seen_.end(), slopes.begin(), slopes.begin() + std::ssize(samples));
  search_.absorb(slopes.data());
  if (!search_.finished()) return ask_scan();
  const double peak = search_.found() ? search_.peak() : std::numeric_limits<double>::quiet_NaN();
  if (stage_ == Stage::scan) return finish(peak);
  if (may_have_missed_a_peak(peak)) return scan_again();
  begin_polish(peak);
}

// The stand-in is right to a few 1e-6 at worst: slopes so small on the way to the peak may hide a change of sign.
bool FirstPeakSearch::may_have_missed_a_peak(double peak) {
  std::ranges::sort(seen_, {}, &SlopeSample::t);
  double largest = 0.0;
  for (const SlopeSample& s : seen_) {
    if (kernels::may_be_a_shoulder(s, largest, peak)) return true;
    largest = std::max(largest, s.slope);
  }
  return !std::isfinite(peak);
}

void FirstPeakSearch::begin_polish(double guess) {
  stage_ = Stage::polish;
  root_ = kernels::SlopeRoot::near(guess, 1e-4 * guess);
  times_[0] = root_.time();
  count_ = 1;
}

void FirstPeakSearch::absorb_polish(const EnergySample& sample) {
  constexpr int most_steps = 8;
  const SlopeSample s = sample.slope_of(peak_of_);
  if (!(s.curvature < 0.0)) return scan_again();
  root_.absorb(s);
  if (root_.found()) return finish(root_.time());
  if (root_.steps() == most_steps) return scan_again();
  times_[0] = root_.time();
}

void FirstPeakSearch::scan_again() {
  stage_ = Stage::scan;
  search_ = PeakSearch(peak_of_, bandwidth_);
  ask_scan();
}

void FirstPeakSearch::finish(double peak) {
  stage_ = Stage::finished;
  count_ = 0;
  peak_ = peak;
}

}  // namespace qbatt
