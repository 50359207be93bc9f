#include "cuda/peak_search.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "charge/global_optimum.hpp"
#include "charge/global_peak.hpp"
#include "kernels/peak.hpp"
#include "model/stop.hpp"

namespace qbatt::cuda {
namespace {

class HostSearches {
public:
  HostSearches(BatchStates& states, kernels::PeakOf peak_of, std::span<const double> bandwidths)
      : states_(states), peak_of_(peak_of) {
    for (const double bandwidth : bandwidths) searches_.emplace_back(peak_of, bandwidth);
  }

  /// Gives every search that wants exactly `samples` times those samples, round after round, until none does.
  void serve(int samples) {
    while (true) {
      const std::vector<index> members = wanting(samples);
      if (members.empty()) return;
      std::vector<double> t;
      for (const index member : members)
        for (int s = 0; s < samples; ++s) t.push_back(searches_[static_cast<std::size_t>(member)].time(s));
      absorb(members, samples, t, states_.reports_of(members, t, kernels::detail_of_search(peak_of_)));
    }
  }

  [[nodiscard]] std::vector<double> peaks() const {
    std::vector<double> peaks(searches_.size(), std::numeric_limits<double>::quiet_NaN());
    for (std::size_t i = 0; i < searches_.size(); ++i)
      if (states_.solved(i) && searches_[i].found()) peaks[i] = searches_[i].peak();
    return peaks;
  }

private:
  [[nodiscard]] std::vector<index> wanting(int samples) const {
    std::vector<index> members;
    for (std::size_t i = 0; i < searches_.size(); ++i)
      if (states_.solved(i) && !searches_[i].finished() && searches_[i].count() == samples)
        members.push_back(static_cast<index>(i));
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

  BatchStates& states_;
  kernels::PeakOf peak_of_;
  std::vector<kernels::PeakSearch> searches_;
};

/// The search of one chain on its way through the times that it wants, a few of which are looked at at once.
class GlobalSearchInParts {
public:
  GlobalSearchInParts(const LevelChain& chain, double window) : search_(energy_signal(chain, window)) {}

  [[nodiscard]] bool finished() const { return search_.finished(); }
  [[nodiscard]] std::span<const double> next(std::size_t most) const {
    const std::span<const double> left = search_.times().subspan(samples_.size());
    return left.first(std::min(most, left.size()));
  }

  /// States at the first of the times that are left.
  void take(std::span<const StateReport> reports) {
    for (const StateReport& report : reports)
      samples_.push_back(kernels::energy_sample(search_.times()[samples_.size()], report.sums));
    if (samples_.size() < search_.times().size()) return;
    search_.absorb(samples_);
    samples_.clear();
  }

  [[nodiscard]] Optimum optimum() const { return search_.optimum(); }

private:
  GlobalOptimumSearch search_;
  std::vector<EnergySample> samples_;  ///< at the first of its times
};

}  // namespace

std::vector<double> search_first_peaks(BatchStates& states, kernels::PeakOf peak_of, std::span<const double> bandwidths) {
  HostSearches searches(states, peak_of, bandwidths);
  searches.serve(kernels::PeakSearch::most_samples);
  searches.serve(1);  // no search goes back from its root to scanning
  return searches.peaks();
}

std::vector<Optimum> search_global_peaks(BatchStates& states, std::span<const LevelChain> chains, double window,
                                         const std::stop_token& stop) {
  constexpr auto width = static_cast<std::size_t>(BatchStates::most_times);
  std::vector<GlobalSearchInParts> searches;
  for (const LevelChain& chain : chains) searches.emplace_back(chain, window);
  const auto goes_on = [&](std::size_t place) { return states.solved(place) && !searches[place].finished(); };
  while (true) {
    throw_if_stopped(stop);
    std::vector<index> members;
    std::vector<double> t;
    for (std::size_t place = 0; place < searches.size(); ++place) {
      if (!goes_on(place)) continue;
      members.push_back(static_cast<index>(place));
      const std::span<const double> wanted = searches[place].next(width);
      t.insert(t.end(), wanted.begin(), wanted.end());
      t.resize(members.size() * width, wanted.back());  // always as many, so that the shapes of products stay
    }
    if (members.empty()) break;
    const std::vector<StateReport> reports = states.reports_of(members, t, Detail::sums);
    for (std::size_t m = 0; m < members.size(); ++m) {
      GlobalSearchInParts& search = searches[static_cast<std::size_t>(members[m])];
      search.take(std::span(reports).subspan(m * width, search.next(width).size()));
    }
  }
  std::vector<Optimum> optima;
  for (const GlobalSearchInParts& search : searches)
    optima.push_back(search.finished() ? search.optimum() : Optimum{.failure = Failure::range});
  return optima;
}

}  // namespace qbatt::cuda
