#include "cuda/batch_states.hpp"

#include <algorithm>
#include <utility>

#include "cuda/peak_search.hpp"

namespace qbatt::cuda {

void BatchStates::stage(Staging& staging, std::vector<LevelChain> chains, index n, std::stop_token stop) {
  staging_ = &staging;
  chains_ = std::move(chains);
  n_ = n;
  stop_ = std::move(stop);
}

void BatchStates::evaluate(const Sampling& sampling) {
  const std::size_t wanted = sampling.times;
  const std::size_t width = sampling.uniform || wanted > 1 ? times_at_once() : 1;
  std::vector<double> t(count() * width);
  for (std::size_t place = 0; place < count(); ++place) {
    const auto own = sampling.t.subspan(place * wanted, wanted);
    const auto filled = std::span(t).subspan(place * width, width);
    std::ranges::copy(own, filled.begin());
    std::ranges::fill(filled.subspan(wanted), own.back());
  }
  evaluate_slab(t, static_cast<index>(width), sampling.detail, !sampling.populations.empty(), *staging_);
  for (std::size_t place = 0; place < count(); ++place) {
    const StateReport* const reports = staging_->reports.data() + place * width;
    std::copy_n(reports, wanted, sampling.reports.begin() + static_cast<std::ptrdiff_t>(place * wanted));
  }
  for (std::size_t place = 0; place < sampling.populations.size(); ++place) {
    const auto dim = static_cast<std::size_t>(chains_[place].dim);
    for (std::size_t i = 0; i < wanted; ++i) {
      const double* const padded = staging_->populations.data() + (place * width + i) * static_cast<std::size_t>(n_);
      std::copy_n(padded, dim, sampling.populations[place] + i * dim);
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
