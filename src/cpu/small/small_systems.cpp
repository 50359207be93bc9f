#include "cpu/small/small_systems.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <limits>
#include <utility>
#include <vector>

#include "chain/energy_bandwidth.hpp"
#include "cpu/aligned_doubles.hpp"
#include "cpu/isa/isa.hpp"
#include "kernels/certificate.hpp"
#include "kernels/elementary.hpp"
#include "kernels/peak.hpp"
#include "model/level_chain.hpp"

namespace qbatt::cpu {
namespace {

using kernels::PeakSearch;

SmallStates::Detail kernel_detail(Detail detail) {
  switch (detail) {
    case Detail::slopes:
      return SmallStates::slopes;
    case Detail::populations:
      return SmallStates::populations_only;
    case Detail::sums:
      return SmallStates::sums;
    case Detail::observables:
      break;
  }
  return SmallStates::observables;
}

/// Systems side by side: entry e of an array begins at e * lanes_. Lanes without a system repeat the last one.
class SideBySide final : public States {
public:
  SideBySide(std::span<const LevelChain* const> chains, bool series)
      : count_(chains.size()),
        lanes_(static_cast<std::size_t>(kernel_set().small_lanes)),
        dim_(static_cast<std::size_t>(chains.front()->dim)),
        arrays_((dim_ * (dim_ + 7) + 4 + numbers_of_a_time * most_times_) * lanes_),
        scratch_(kernel_set().small_scratch(static_cast<index>(dim_))) {
    double* next = arrays_.get();
    const auto take = [&](std::size_t entries) { return std::exchange(next, next + entries * lanes_); };
    double* const diag = take(dim_);
    double* const diag_size = take(dim_);
    double* const offdiag = take(dim_);
    chains_ = {.dim = static_cast<index>(dim_), .diag = diag, .diag_size = diag_size, .offdiag = offdiag};
    pairs_ = {.chains = &chains_,
              .lambda = take(dim_),
              .vectors = take(dim_ * dim_),
              .residual = take(dim_),
              .residual_rounding = take(dim_),
              .start_defect = take(1),
              .converged = take(1),
              .scratch = take(dim_)};
    largest_lambda_ = take(1);
    longest_ = take(1);
    time_ = take(most_times_);
    values_ = take(report_numbers * most_times_);
    for (std::size_t lane = 0; lane < lanes_; ++lane) {
      const kernels::ChainModel& model = chains[std::min(lane, count_ - 1)]->model;
      for (std::size_t k = 0; k < dim_; ++k) {
        const std::size_t at = k * lanes_ + lane;
        diag[at] = kernels::diag(model, static_cast<double>(k));
        diag_size[at] = kernels::diag_size(model, static_cast<double>(k));
        offdiag[at] = k + 1 < dim_ ? kernels::offdiag(model, static_cast<double>(k)) : 0.0;
      }
    }
    kernel_set().diagonalize_small(pairs_);
    certify(series);
  }

  [[nodiscard]] std::size_t count() const override { return count_; }
  [[nodiscard]] std::int64_t pairs(std::size_t /*place*/) const override { return chains_.dim; }

  /// Not where an eigenvalue did not converge, nor where an angle was beyond what its sine is good for.
  [[nodiscard]] bool solved(std::size_t place) const override {
    return pairs_.converged[place] == 1.0 && largest_lambda_[place] * longest_[place] <= kernels::largest_angle;
  }

  [[nodiscard]] double error_bound(std::size_t place, double t) const override { return certificates_[place].error_bound(t); }
  void error_bounds(std::size_t place, std::span<const double> t, std::span<double> bounds) const override {
    const kernels::Certificate certificate = certificates_[place];
    for (std::size_t i = 0; i < t.size(); ++i) bounds[i] = certificate.error_bound(t[i]);
  }
  [[nodiscard]] double pair_defect(std::size_t place, double t) const override { return certificates_[place].pair_defect(t); }

  /// Few enough for the first cache.
  [[nodiscard]] std::size_t times_at_once() const override { return turned_times; }

  void evaluate(const Sampling& sampling) override {
    prepare(sampling.times);
    for (std::size_t place = 0; place < count_; ++place) {
      for (std::size_t i = 0; i < sampling.times; ++i) time_[i * lanes_ + place] = sampling.t[place * sampling.times + i];
      longest_[place] = std::max(longest_[place], sampling.t[(place + 1) * sampling.times - 1]);
    }
    if (!sampling.populations.empty()) populations_.resize(sampling.times * dim_ * lanes_);
    if (!sampling.amplitudes.empty()) amplitudes_.resize(2 * sampling.times * dim_ * lanes_);
    observe(sampling.detail, sampling.uniform, sampling.populations.empty() ? nullptr : populations_.data(),
            sampling.amplitudes.empty() ? nullptr : amplitudes_.data());
    for (std::size_t place = 0; place < count_; ++place)
      for (std::size_t i = 0; i < sampling.times; ++i) sampling.reports[place * sampling.times + i] = report(i, place);
    for (std::size_t place = 0; place < sampling.populations.size(); ++place)
      for (std::size_t e = 0; e < sampling.times * dim_; ++e) sampling.populations[place][e] = populations_[e * lanes_ + place];
    for (std::size_t place = 0; place < sampling.amplitudes.size(); ++place)
      for (std::size_t e = 0; e < sampling.times * dim_; ++e)
        sampling.amplitudes[place][e] = {amplitudes_[2 * e * lanes_ + place], amplitudes_[(2 * e + 1) * lanes_ + place]};
  }

  [[nodiscard]] double bandwidth(std::size_t lane) const override {
    std::vector<double> eigenvalues(dim_);
    std::vector<double> weights(dim_);
    for (std::size_t j = 0; j < dim_; ++j) {
      eigenvalues[j] = pairs_.lambda[j * lanes_ + lane];
      weights[j] = coefficient(j, lane) * coefficient(j, lane);
    }
    return energy_bandwidth(eigenvalues, weights);
  }

private:
  static constexpr std::size_t numbers_of_a_time = 1 + report_numbers;

  void certify(bool series) {
    certificates_.resize(count_);
    for (std::size_t lane = 0; lane < count_; ++lane) {
      longest_[lane] = largest_lambda_[lane] = 0.0;
      kernels::Certificate& certificate = certificates_[lane];
      certificate.start_defect = pairs_.start_defect[lane];
      for (std::size_t j = 0; j < dim_; ++j) {
        const std::size_t at = j * lanes_ + lane;
        const double c = coefficient(j, lane);
        largest_lambda_[lane] = std::max(largest_lambda_[lane], std::abs(pairs_.lambda[at]));
        certificate.add_pair(c, pairs_.lambda[at], {pairs_.residual[at], pairs_.residual_rounding[at]}, chains_.dim);
        if (series) {
          certificate.rounding += turned_error * std::abs(c);
          certificate.rounding_rate += turned_slip * std::abs(c * pairs_.lambda[at]);
        }
      }
    }
  }

  [[nodiscard]] double coefficient(std::size_t pair, std::size_t lane) const { return pairs_.vectors[pair * dim_ * lanes_ + lane]; }

  /// One search a lane for the first peak, all fed by the same evaluations.
  std::vector<Optimum> search(OptimumRule rule, double /*window*/) override {
    const kernels::PeakOf of = peak_of(rule);
    std::vector<PeakSearch> searches;
    for (std::size_t lane = 0; lane < count_; ++lane) searches.emplace_back(of, bandwidth(lane));
    const auto most = [&] {
      int count = 0;
      for (const PeakSearch& search : searches) count = std::max(count, search.finished() ? 0 : search.count());
      return static_cast<std::size_t>(count);
    };
    for (std::size_t times = most(); times > 0; times = most()) {
      prepare(times);
      for (std::size_t lane = 0; lane < count_; ++lane)
        for (std::size_t i = 0; !searches[lane].finished() && i < times; ++i)
          time_[i * lanes_ + lane] = searches[lane].time(std::min(static_cast<int>(i), searches[lane].count() - 1));
      observe(kernels::detail_of_search(of), false, nullptr, nullptr);
      for (std::size_t lane = 0; lane < count_; ++lane)
        if (!searches[lane].finished()) feed(searches[lane], of, lane);
    }
    std::vector<Optimum> optima(count_);
    for (std::size_t lane = 0; lane < count_; ++lane)
      optima[lane].t = optima[lane].reach =
          searches[lane].found() ? searches[lane].peak() : std::numeric_limits<double>::quiet_NaN();
    return optima;
  }

  void feed(PeakSearch& search, kernels::PeakOf of, std::size_t lane) const {
    kernels::SlopeSample samples[PeakSearch::most_samples];
    for (int i = 0; i < search.count(); ++i)
      samples[i] = kernels::energy_sample(search.time(i), report(static_cast<std::size_t>(i), lane).sums).slope_of(of);
    search.absorb(samples);
  }

  /// Room for `count` times; lanes that nobody fills are at rest.
  void prepare(std::size_t count) {
    if (count > most_times_) {
      most_times_ = count;
      many_samples_ = AlignedDoubles(numbers_of_a_time * most_times_ * lanes_);
      time_ = many_samples_.get();
      values_ = time_ + most_times_ * lanes_;
    }
    times_ = count;
    std::fill_n(time_, count * lanes_, 0.0);
  }

  void observe(Detail detail, bool uniform, double* populations, double* amplitudes) {
    kernel_set().observe_small({.pairs = &pairs_,
                                .times = static_cast<int>(times_),
                                .time = time_,
                                .uniform = uniform,
                                .detail = kernel_detail(detail),
                                .values = values_,
                                .populations = populations,
                                .amplitudes = amplitudes,
                                .scratch = scratch_.get()});
  }

  [[nodiscard]] double value(std::size_t number, std::size_t time, std::size_t lane) const {
    return values_[(number * times_ + time) * lanes_ + lane];
  }

  [[nodiscard]] StateReport report(std::size_t time, std::size_t lane) const {
    std::array<double, report_numbers> numbers;
    for (std::size_t number = 0; number < report_numbers; ++number) numbers[number] = value(number, time, lane);
    return std::bit_cast<StateReport>(numbers);
  }

  std::size_t count_;
  std::size_t lanes_;
  std::size_t dim_;
  std::size_t most_times_ = turned_times;  // that there is room for
  AlignedDoubles arrays_;
  AlignedDoubles scratch_;
  AlignedDoubles many_samples_{0};  // times and values of more than arrays_ has room for
  SmallChains chains_{};
  SmallPairs pairs_{};
  std::vector<kernels::Certificate> certificates_;  // [lane]
  double* largest_lambda_ = nullptr;                // [lane]
  double* longest_ = nullptr;                       // [lane] the longest time sampled
  std::size_t times_ = 0;                           // that were asked for last
  double* time_ = nullptr;                          // [time][lane]
  double* values_ = nullptr;                        // [number of a report][time][lane]; what was not wanted is anything
  std::vector<double> populations_;                 // [time][level][lane]
  std::vector<double> amplitudes_;                  // [time][level][re, im][lane]
};

}  // namespace

std::unique_ptr<States> make_small_states(std::span<const LevelChain* const> chains, bool series) {
  return std::make_unique<SideBySide>(chains, series);
}

}  // namespace qbatt::cpu
