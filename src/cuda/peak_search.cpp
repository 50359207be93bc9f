#include "cuda/peak_search.hpp"

#include <array>
#include <cmath>
#include <limits>

#include "kernels/peak.hpp"

namespace qbatt::cuda {
namespace {

class HostSearches {
public:
  HostSearches(std::span<const double> bandwidths, const std::function<bool(std::size_t)>& solved) : solved_(solved) {
    for (const double bandwidth : bandwidths)
      searches_.emplace_back(kernels::first_scan_step(bandwidth), kernels::curvature_at_start);
  }

  /// Gives every search that wants exactly `samples` times those samples, round after round, until none does.
  void serve(int samples, const SlopesOf& slopes_of) {
    while (true) {
      const std::vector<index> members = wanting(samples);
      if (members.empty()) return;
      std::vector<double> t;
      for (const index member : members)
        for (int s = 0; s < samples; ++s) t.push_back(searches_[static_cast<std::size_t>(member)].time(s));
      absorb(members, samples, t, slopes_of(members, t));
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
        slopes[s] = {t[at], reports[at].sums.flow, reports[at].sums.flow_change};
      searches_[static_cast<std::size_t>(member)].absorb(slopes.data());
    }
  }

  const std::function<bool(std::size_t)>& solved_;
  std::vector<kernels::PeakSearch> searches_;
};

}  // namespace

std::vector<double> search_first_peaks(std::span<const double> bandwidths, const std::function<bool(std::size_t)>& solved,
                                       const SlopesOf& slopes_of) {
  HostSearches searches(bandwidths, solved);
  searches.serve(kernels::PeakSearch::most_samples, slopes_of);
  searches.serve(1, slopes_of);  // no search goes back from its root to scanning
  return searches.peaks();
}

}  // namespace qbatt::cuda
