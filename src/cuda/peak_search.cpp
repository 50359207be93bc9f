#include "cuda/peak_search.hpp"

#include <array>
#include <cmath>
#include <limits>

#include "kernels/peak.hpp"

namespace qbatt::cuda {
namespace {

class HostSearches {
public:
  HostSearches(kernels::PeakOf peak_of, std::span<const double> bandwidths, const std::function<bool(std::size_t)>& solved)
      : peak_of_(peak_of), solved_(solved) {
    for (const double bandwidth : bandwidths) searches_.emplace_back(peak_of, bandwidth);
  }

  /// Gives every search that wants exactly `samples` times those samples, round after round, until none does.
  void serve(int samples, const ReportsOf& reports_of) {
    while (true) {
      const std::vector<index> members = wanting(samples);
      if (members.empty()) return;
      std::vector<double> t;
      for (const index member : members)
        for (int s = 0; s < samples; ++s) t.push_back(searches_[static_cast<std::size_t>(member)].time(s));
      absorb(members, samples, t, reports_of(members, t));
    }
  }

  [[nodiscard]] std::vector<double> peaks() const {
    std::vector<double> peaks(searches_.size(), std::numeric_limits<double>::quiet_NaN());
    for (std::size_t i = 0; i < searches_.size(); ++i)
      if (solved_(i) && searches_[i].found()) peaks[i] = searches_[i].peak();
    return peaks;
  }

private:
  [[nodiscard]] std::vector<index> wanting(int samples) const {
    std::vector<index> members;
    for (std::size_t i = 0; i < searches_.size(); ++i)
      if (solved_(i) && !searches_[i].finished() && searches_[i].count() == samples) members.push_back(static_cast<index>(i));
    return members;
  }

  void absorb(std::span<const index> members, int samples, std::span<const double> t, std::span<const StateReport> reports) {
    std::array<kernels::SlopeSample, kernels::PeakSearch::most_samples> slopes;
    std::size_t at = 0;
    for (const index member : members) {
      for (std::size_t s = 0; s < static_cast<std::size_t>(samples); ++s, ++at)
        slopes[s] = kernels::energy_sample(t[at], reports[at].sums).slope_of(peak_of_);
      searches_[static_cast<std::size_t>(member)].absorb(slopes.data());
    }
  }

  kernels::PeakOf peak_of_;
  const std::function<bool(std::size_t)>& solved_;
  std::vector<kernels::PeakSearch> searches_;
};

}  // namespace

std::vector<double> search_first_peaks(kernels::PeakOf peak_of, std::span<const double> bandwidths,
                                       const std::function<bool(std::size_t)>& solved, const ReportsOf& reports_of) {
  HostSearches searches(peak_of, bandwidths, solved);
  searches.serve(kernels::PeakSearch::most_samples, reports_of);
  searches.serve(1, reports_of);  // no search goes back from its root to scanning
  return searches.peaks();
}

}  // namespace qbatt::cuda
