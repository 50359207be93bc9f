#include "cuda/batch_states.hpp"

#include <algorithm>
#include <cmath>
#include <complex>
#include <utility>

#include "cuda/peak_search.hpp"

namespace qbatt::cuda {
namespace {

/// The lists that have a time that is a number. Shape: t[list][times].
std::vector<index> lists_with_times(std::span<const double> t, std::size_t times) {
  std::vector<index> lists;
  for (std::size_t i = 0; i * times < t.size(); ++i)
    if (!std::ranges::all_of(t.subspan(i * times, times), [](double time) { return std::isnan(time); }))
      lists.push_back(static_cast<index>(i));
  return lists;
}

/// Some lists of times, or their part that begins with number `begin`, each filled up to `width` times by its last.
std::vector<double> filled_up(std::span<const index> lists, std::span<const double> t, std::size_t times, std::size_t begin,
                              std::size_t width) {
  std::vector<double> filled;
  filled.reserve(lists.size() * width);
  const std::size_t count = std::min(width, times - begin);
  for (const index list : lists) {
    const auto own = t.subspan(static_cast<std::size_t>(list) * times + begin, count);
    filled.insert(filled.end(), own.begin(), own.end());
    filled.insert(filled.end(), width - count, own.back());
  }
  return filled;
}

LevelValues wanted_levels(const Sampling& sampling) {
  if (!sampling.amplitudes.empty()) return LevelValues::amplitudes;
  return sampling.populations.empty() ? LevelValues::none : LevelValues::populations;
}

}  // namespace

void BatchStates::stage(Staging& staging, std::vector<LevelChain> chains, index n, std::stop_token stop) {
  staging_ = &staging;
  chains_ = std::move(chains);
  n_ = n;
  stop_ = std::move(stop);
}

void BatchStates::evaluate(const Sampling& sampling) {
  constexpr std::size_t most_bytes = std::size_t{1} << 28;  // of what is handed out at once
  const std::size_t width = sampling.uniform || sampling.times > 1 ? times_at_once() : 1;
  const LevelValues levels = wanted_levels(sampling);
  const std::size_t bytes = width * (sizeof(StateReport) + static_cast<std::size_t>(n_ * numbers_of(levels)) * sizeof(double));
  const std::size_t portion = std::max<std::size_t>(1, most_bytes / bytes);
  const std::vector<index> all = lists_with_times(sampling.t, sampling.times);
  for (std::size_t begin = 0; begin < all.size(); begin += portion) {
    const auto members = std::span(all).subspan(begin, std::min(portion, all.size() - begin));
    const std::vector<double> t = filled_up(members, sampling.t, sampling.times, 0, width);
    const Slab slab{members, t, sampling.detail, levels};
    const Turn turn(*staging_);
    evaluate_slab(slab, *staging_);
    hand_on(slab, sampling);
  }
}

/// From the staging to where it is wanted.
void BatchStates::hand_on(const Slab& slab, const Sampling& sampling) const {
  const auto width = static_cast<std::size_t>(slab.times());
  for (std::size_t m = 0; m < slab.members.size(); ++m) {
    const auto place = static_cast<std::size_t>(slab.members[m]);
    std::copy_n(staging_->reports.data() + m * width, sampling.times,
                sampling.reports.begin() + static_cast<std::ptrdiff_t>(place * sampling.times));
    if (slab.levels == LevelValues::none) continue;
    const auto dim = static_cast<std::size_t>(chains_[place].dim);
    for (std::size_t i = 0; i < sampling.times; ++i) {
      const auto numbers = static_cast<std::size_t>(n_ * numbers_of(slab.levels));
      const double* const padded = staging_->levels.data() + (m * width + i) * numbers;
      double* const populations = sampling.populations.empty() ? nullptr : sampling.populations[place] + i * dim;
      if (slab.levels == LevelValues::populations) {
        std::copy_n(padded, dim, populations);
        continue;
      }
      const std::complex<double> phase = std::polar(1.0, -angle(place, slab.t[m * width + i]));
      for (std::size_t k = 0; k < dim; ++k) {
        const std::complex<double> psi{padded[2 * k], padded[2 * k + 1]};
        sampling.amplitudes[place][i * dim + k] = phase * psi;
        if (populations != nullptr) populations[k] = std::norm(psi);
      }
    }
  }
}

void BatchStates::energies(const EnergyQuery& query) {
  constexpr auto few = static_cast<std::size_t>(kernels::PeakSearch::most_samples);
  const std::size_t width = query.times == 1 ? 1 : (query.times <= few ? few : times_at_once());
  const std::vector<index> lists = lists_with_times(query.t, query.times);
  std::vector<index> members = lists;
  if (!query.chains.empty())
    std::ranges::transform(lists, members.begin(),
                           [&](index list) { return static_cast<index>(query.chains[static_cast<std::size_t>(list)]); });
  for (std::size_t begin = 0; begin < query.times && !lists.empty(); begin += width) {
    const std::size_t count = std::min(width, query.times - begin);
    const std::vector<double> t = filled_up(lists, query.t, query.times, begin, width);
    const Turn turn(*staging_);
    const std::vector<StateReport> reports = reports_of(members, t, query.detail);
    for (std::size_t m = 0; m < lists.size(); ++m) {
      const std::size_t first = static_cast<std::size_t>(lists[m]) * query.times + begin;
      for (std::size_t i = 0; i < count; ++i)
        query.samples[first + i] = kernels::energy_sample(query.t[first + i], reports[m * width + i].sums);
    }
  }
}

std::vector<Optimum> BatchStates::search(OptimumRule rule, double window) {
  if (rule == OptimumRule::global) return search_global_peaks(*this, chains_, window, stop_);
  std::vector<Optimum> optima;
  for (const double peak : first_peaks(peak_of(rule))) optima.push_back({.t = peak, .reach = peak});
  return optima;
}

}  // namespace qbatt::cuda
