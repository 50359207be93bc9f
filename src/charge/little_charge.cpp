#include "charge/little_charge.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <numbers>
#include <vector>

#include "kernels/ergotropy.hpp"

namespace qbatt {

LittleCharge LittleCharge::of(std::span<const double> populations) {
  std::vector<double> left(populations.begin() + 1, populations.end());
  double full = 0.0;
  double level = 0.0;
  for (std::size_t i = left.size(); i-- > 0;) {  // smallest terms first
    full += static_cast<double>(i) * left[i];
    level += static_cast<double>(i + 1) * left[i];
  }
  std::erase(left, 0.0);
  std::ranges::sort(left, std::greater());
  double q = 0.0;
  double squares = 0.0;
  double entropy = 0.0;
  double passive = 0.0;
  for (std::size_t i = left.size(); i-- > 0;) {
    const double p = left[i];
    q += p;
    squares += p * p;
    entropy -= p * std::log2(p);
    passive += static_cast<double>(i + 1) * p;
  }
  const double impurity = q * (2.0 - q) - squares;
  const double of_first = -(1.0 - q) * std::log1p(-q) * std::numbers::log2e;
  return {.entropy = entropy + of_first,
          .purity = 1.0 - impurity,
          .renyi2 = std::max(0.0, -std::log1p(-impurity) * std::numbers::log2e),
          .ergotropy = std::max(0.0, level - passive),
          .ergotropy_full = full};
}

StateReport report_of_populations(std::span<const double> populations, Detail detail) {
  StateReport report;
  for (std::size_t k = 0; k < populations.size(); ++k) {
    kernels::add_moments(report.sums, static_cast<double>(k), populations[k]);
    kernels::add_information(report.sums, populations[k]);
  }
  report.last_population = populations.back();
  report.passive_level = std::numeric_limits<double>::quiet_NaN();
  if (detail != Detail::observables) return report;
  std::vector<double> sorted(populations.begin(), populations.end());
  std::ranges::sort(sorted, std::greater());
  report.passive_level = kernels::passive_level(sorted.data(), static_cast<kernels::index>(sorted.size()));
  return report;
}

EarlyStates::Chain::Chain(const WeightedChain& own, double rabi)
    : levels_(static_cast<std::size_t>(std::min<std::int64_t>(own.chain->dim, most_levels))),
      weight_(own.weight),
      scale_(own.chain->rabi / rabi) {
  if (own.chain->rabi == 0.0) {
    levels_ = 1;
    return;
  }
  double below = 0.0;
  for (std::size_t k = 0; k < levels_; ++k) {
    const auto level = static_cast<double>(k);
    diag_[k] = kernels::diag(own.chain->model, level);
    const double above = static_cast<std::int64_t>(k) + 1 < own.chain->dim ? kernels::offdiag(own.chain->model, level) : 0.0;
    offdiag_[k] = k + 1 < levels_ ? above : 0.0;
    const double size = below + std::abs(diag_[k]) + above;
    norm_ = std::isfinite(size) ? std::max(norm_, size) : std::numeric_limits<double>::infinity();
    below = above;
  }
}

// psi(t) = sum_n (-iHt)^n / n! e_0. Level k begins with the term n = k, and each later one is 2^-20 of the one before.
void EarlyStates::Chain::add_to(State& state, double system_t) const {
  constexpr int terms = static_cast<int>(most_levels) + 2;
  using Vector = std::array<double, most_levels>;
  const double t = system_t * scale_;
  Vector re{1.0};
  Vector im{};
  Vector term_re = re;
  Vector term_im = im;
  const auto product = [this](const Vector& v, std::size_t k) {
    const double below = k > 0 ? offdiag_[k - 1] * v[k - 1] : 0.0;
    const double above = k + 1 < levels_ ? offdiag_[k] * v[k + 1] : 0.0;
    return below + diag_[k] * v[k] + above;
  };
  for (int n = 1; t != 0.0 && n <= terms; ++n) {
    Vector next_re{};
    Vector next_im{};
    for (std::size_t k = 0; k < levels_; ++k) {
      next_re[k] = product(term_im, k) * (t / n);
      next_im[k] = -product(term_re, k) * (t / n);
      re[k] += next_re[k];
      im[k] += next_im[k];
    }
    term_re = next_re;
    term_im = next_im;
  }
  kernels::StateSums flow;
  for (std::size_t k = 0; k < levels_; ++k) {
    state.populations[k] += weight_ * (re[k] * re[k] + im[k] * im[k]);
    if (k + 1 < levels_ && t != 0.0)
      kernels::add_flow(flow, {offdiag_[k], diag_[k + 1] - diag_[k]}, re[k], im[k], re[k + 1], im[k + 1]);
  }
  state.report.sums.flow += weight_ * scale_ * flow.flow;
  state.report.sums.flow_change += weight_ * scale_ * scale_ * flow.flow_change;
}

EarlyStates::EarlyStates(std::span<const WeightedChain> chains, double rabi)
    : first_(chains.front(), rabi), dim_(chains.front().chain->dim), levels_(first_.levels()), norm_(first_.norm()) {
  others_.reserve(chains.size() - 1);
  for (const WeightedChain& own : chains.subspan(1)) {
    const Chain& chain = others_.emplace_back(own, rabi);
    dim_ = std::max(dim_, own.chain->dim);
    levels_ = std::max(levels_, chain.levels());
    norm_ = std::max(norm_, chain.norm());
  }
}

EarlyStates::State EarlyStates::at(double t) const {
  State state{};
  first_.add_to(state, t);
  for (const Chain& chain : others_) chain.add_to(state, t);
  StateReport report = report_of_populations(std::span(state.populations).first(levels_), Detail::observables);
  report.sums.flow = state.report.sums.flow;
  report.sums.flow_change = state.report.sums.flow_change;
  if (dim_ > std::int64_t{most_levels}) report.last_population = 0.0;
  state.report = report;
  return state;
}

}  // namespace qbatt
