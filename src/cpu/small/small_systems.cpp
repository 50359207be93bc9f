#include "cpu/small/small_systems.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <utility>
#include <vector>

#include "chain/energy_bandwidth.hpp"
#include "charge/row.hpp"
#include "cost/plan.hpp"
#include "cpu/aligned_doubles.hpp"
#include "cpu/isa/isa.hpp"
#include "cpu/propagator.hpp"
#include "kernels/certificate.hpp"
#include "kernels/elementary.hpp"
#include "kernels/peak.hpp"
#include "model/level_chain.hpp"

namespace qbatt::cpu {
namespace {

using kernels::PeakSearch;

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

SmallStates::Detail kernel_detail(Detail detail) {
  switch (detail) {
    case Detail::slopes:
      return SmallStates::slopes;
    case Detail::populations:
      return SmallStates::populations_only;
    case Detail::sums:
      return SmallStates::sums;
    default:
      return SmallStates::observables;
  }
}

/// Systems side by side: entry e of an array begins at e * lanes_. Lanes without a system repeat the last one.
class SmallGroup {
public:
  SmallGroup(std::span<SmallSystem> systems, const Request& request)
      : systems_(systems),
        request_(request),
        lanes_(static_cast<std::size_t>(kernel_set().small_lanes)),
        dim_(static_cast<std::size_t>(systems.front().system->dim())),
        arrays_((dim_ * (dim_ + 7) + 2) * lanes_),
        scratch_(kernel_set().small_scratch(static_cast<index>(dim_))) {
    double* next = arrays_.get();
    const auto take = [&](std::size_t entries) { return std::exchange(next, next + entries * lanes_); };
    diag_ = take(dim_);
    diag_size_ = take(dim_);
    offdiag_ = take(dim_);
    chains_ = {.dim = static_cast<index>(dim_), .diag = diag_, .diag_size = diag_size_, .offdiag = offdiag_};
    pairs_ = {.chains = &chains_,
              .lambda = take(dim_),
              .vectors = take(dim_ * dim_),
              .residual = take(dim_),
              .residual_rounding = take(dim_),
              .start_defect = take(1),
              .converged = take(1),
              .scratch = take(dim_)};
  }
  SmallGroup(const SmallGroup&) = delete;
  SmallGroup& operator=(const SmallGroup&) = delete;
  SmallGroup(SmallGroup&&) = delete;
  SmallGroup& operator=(SmallGroup&&) = delete;
  ~SmallGroup() = default;

  void run() {
    fill_chains();
    kernel_set().diagonalize_small(pairs_);
    certify();
    longest_.assign(systems_.size(), 0.0);
    peak_.assign(systems_.size(), nan);
    const bool unit_needs_peak = request_.times && request_.times->unit == TimeUnit::optimum;
    if (request_.optimum == OptimumRule::first_peak || unit_needs_peak) {
      find_peaks();
    }
    begin_rows();
    if (request_.optimum == OptimumRule::first_peak) {
      report_optima();
    }
    if (request_.times) {
      report_series();
    }
    settle();
  }

private:
  static constexpr std::size_t times_at_once = turned_times;  // of a series: few enough for the first cache

  [[nodiscard]] const SmallSystem& of_lane(std::size_t lane) const { return systems_[std::min(lane, systems_.size() - 1)]; }

  void fill_chains() {
    for (std::size_t lane = 0; lane < lanes_; ++lane) {
      const kernels::ChainModel model = chain_of(*of_lane(lane).system).model;
      for (std::size_t k = 0; k < dim_; ++k) {
        const std::size_t at = k * lanes_ + lane;
        diag_[at] = kernels::diag(model, static_cast<double>(k));
        diag_size_[at] = kernels::diag_size(model, static_cast<double>(k));
        offdiag_[at] = k + 1 < dim_ ? kernels::offdiag(model, static_cast<double>(k)) : 0.0;
      }
    }
  }

  void certify() {
    certificates_.resize(systems_.size());
    for (std::size_t lane = 0; lane < systems_.size(); ++lane) {
      kernels::Certificate& certificate = certificates_[lane];
      certificate.start_defect = pairs_.start_defect[lane];
      for (std::size_t j = 0; j < dim_; ++j) {
        const std::size_t at = j * lanes_ + lane;
        const double c = coefficient(j, lane);
        certificate.add_pair(c, pairs_.lambda[at], {pairs_.residual[at], pairs_.residual_rounding[at]}, chains_.dim);
        if (request_.times) {
          certificate.rounding += turned_error * std::abs(c);
          certificate.rounding_rate += turned_slip * std::abs(c * pairs_.lambda[at]);
        }
      }
    }
  }

  [[nodiscard]] double coefficient(std::size_t pair, std::size_t lane) const { return pairs_.vectors[pair * dim_ * lanes_ + lane]; }

  [[nodiscard]] double bandwidth(std::size_t lane) const {
    std::vector<double> eigenvalues(dim_);
    std::vector<double> weights(dim_);
    for (std::size_t j = 0; j < dim_; ++j) {
      eigenvalues[j] = pairs_.lambda[j * lanes_ + lane];
      weights[j] = coefficient(j, lane) * coefficient(j, lane);
    }
    return energy_bandwidth(eigenvalues, weights);
  }

  /// One search a lane, all fed by the same evaluations.
  void find_peaks() {
    std::vector<PeakSearch> searches;
    for (std::size_t lane = 0; lane < systems_.size(); ++lane) {
      searches.emplace_back(kernels::first_scan_step(bandwidth(lane)), kernels::curvature_at_start);
    }
    const auto count = [&] {
      int most = 0;
      for (const PeakSearch& search : searches) {
        most = std::max(most, search.finished() ? 0 : search.count());
      }
      return static_cast<std::size_t>(most);
    };
    for (std::size_t times = count(); times > 0; times = count()) {
      prepare(times);
      for (std::size_t lane = 0; lane < systems_.size(); ++lane) {
        for (std::size_t i = 0; !searches[lane].finished() && i < times; ++i) {
          time_[i * lanes_ + lane] = searches[lane].time(std::min(static_cast<int>(i), searches[lane].count() - 1));
        }
      }
      evaluate(Detail::slopes);
      for (std::size_t lane = 0; lane < systems_.size(); ++lane) {
        if (!searches[lane].finished()) {
          feed(searches[lane], lane);
        }
      }
    }
    for (std::size_t lane = 0; lane < systems_.size(); ++lane) {
      peak_[lane] = searches[lane].found() ? searches[lane].peak() : nan;
    }
  }

  void feed(PeakSearch& search, std::size_t lane) const {
    kernels::SlopeSample samples[PeakSearch::batch];
    for (int i = 0; i < search.count(); ++i) {
      const auto time = static_cast<std::size_t>(i);
      samples[i] = {search.time(i), value(SmallState::flow, time, lane), value(SmallState::flow_change, time, lane)};
    }
    search.absorb(samples);
  }

  void begin_rows() {
    for (const SmallSystem& small : systems_) {
      *small.row = begin_row(*small.system);
      small.row->solver = Solver::spectral;
      small.row->n_eig = chains_.dim;
      small.row->status = Status::ok;
    }
  }

  void report_optima() {
    prepare(1);
    std::ranges::copy(peak_, time_.begin());
    evaluate(Detail::observables);
    for (std::size_t lane = 0; lane < systems_.size(); ++lane) {
      longest_[lane] = peak_[lane];
      report_optimum(*systems_[lane].row, peak_[lane], report(0, lane));
    }
  }

  void report_series() {
    const TimeGrid& grid = *request_.times;
    const std::vector<double> given = grid_times(grid);
    for (const SmallSystem& small : systems_) {
      *small.series = begin_series(request_, small.system->dim());
    }
    for (std::size_t begin = 0; begin < given.size(); begin += times_at_once) {
      const std::size_t count = std::min(times_at_once, given.size() - begin);
      prepare(count);
      if (request_.populations) {
        populations_.resize(count * dim_ * lanes_);
      }
      for (std::size_t lane = 0; lane < systems_.size(); ++lane) {
        std::array<double, times_at_once> times;
        rabi_times(*systems_[lane].system, grid, std::span(given).subspan(begin, count), peak_[lane], times);
        for (std::size_t i = 0; i < count; ++i) {
          time_[i * lanes_ + lane] = times[i];
        }
      }
      evaluate(series_detail(request_), true, request_.populations ? populations_.data() : nullptr);
      for (std::size_t lane = 0; lane < systems_.size(); ++lane) {
        put_lane(lane, begin, {given.data() + begin, count});
      }
    }
  }

  void put_lane(std::size_t lane, std::size_t begin, std::span<const double> given) {
    const SmallSystem& small = systems_[lane];
    const AbsoluteUnits units(*small.system);
    std::array<double, times_at_once> own_t;
    std::array<double, times_at_once> t;
    std::array<StateReport, times_at_once> reports;
    std::array<double, times_at_once> bounds;
    const std::size_t count = given.size();
    for (std::size_t i = 0; i < count; ++i) {
      own_t[i] = time_[i * lanes_ + lane];
      reports[i] = report(i, lane);
      bounds[i] = certificates_[lane].error_bound(own_t[i]);
    }
    units.times(*request_.times, given, {own_t.data(), count}, t);
    longest_[lane] = std::max(longest_[lane], own_t[count - 1]);
    put_samples(*small.series, begin, units, {{t.data(), count}, {reports.data(), count}, {bounds.data(), count}});
    if (request_.populations) {
      for (std::size_t e = 0; e < count * dim_; ++e) {
        small.series->populations[begin * dim_ + e] = populations_[e * lanes_ + lane];
      }
    }
  }

  /// Room for `count` times; lanes that nobody fills are at rest.
  void prepare(std::size_t count) {
    time_.assign(count * lanes_, 0.0);
    values_.assign(SmallState::fields * count * lanes_, nan);
  }

  void evaluate(Detail detail, bool uniform = false, double* populations = nullptr) {
    kernel_set().observe_small({.pairs = &pairs_,
                                .times = static_cast<int>(time_.size() / lanes_),
                                .time = time_.data(),
                                .uniform = uniform,
                                .detail = kernel_detail(detail),
                                .values = values_.data(),
                                .populations = populations,
                                .scratch = scratch_.get()});
  }

  [[nodiscard]] double value(SmallState::Field field, std::size_t time, std::size_t lane) const {
    return values_[field * time_.size() + time * lanes_ + lane];
  }

  [[nodiscard]] StateReport report(std::size_t time, std::size_t lane) const {
    const auto of = [&](SmallState::Field field) { return value(field, time, lane); };
    return {.sums = {.norm = of(SmallState::norm),
                     .mean = of(SmallState::mean),
                     .spread = of(SmallState::spread),
                     .entropy = of(SmallState::entropy),
                     .purity = of(SmallState::purity),
                     .root_sum = of(SmallState::root_sum),
                     .largest = of(SmallState::largest),
                     .flow = of(SmallState::flow),
                     .flow_change = of(SmallState::flow_change)},
            .passive_level = of(SmallState::passive),
            .last_population = of(SmallState::last_population)};
  }

  void settle() {
    for (std::size_t lane = 0; lane < systems_.size(); ++lane) {
      SmallSystem& small = systems_[lane];
      const kernels::Certificate& certificate = certificates_[lane];
      small.row->error_bound = certificate.error_bound(longest_[lane]);
      judge(*small.row, request_);
      const double pair_defect = certificate.pair_defect(longest_[lane]);
      small.settled = pairs_.converged[lane] == 1.0 && largest_angle(lane) <= kernels::largest_angle &&
                      small.row->status != Status::failed && !should_fall_back(pair_defect, small.row->error_bound);
    }
  }

  [[nodiscard]] double largest_angle(std::size_t lane) const {
    double largest = 0.0;
    for (std::size_t j = 0; j < dim_; ++j) {
      largest = std::max(largest, std::abs(pairs_.lambda[j * lanes_ + lane]));
    }
    return largest * longest_[lane];
  }

  std::span<SmallSystem> systems_;
  const Request& request_;
  std::size_t lanes_;
  std::size_t dim_;
  AlignedDoubles arrays_;
  AlignedDoubles scratch_;
  double* diag_;
  double* diag_size_;
  double* offdiag_;
  SmallChains chains_{};
  SmallPairs pairs_{};
  std::vector<kernels::Certificate> certificates_;  // [lane]
  std::vector<double> peak_;                        // [lane] in units of 1/a_0
  std::vector<double> longest_;                     // [lane] the longest time reported
  std::vector<double> time_;                        // [time][lane]
  std::vector<double> values_;                      // [SmallState::Field][time][lane]
  std::vector<double> populations_;                 // [time][level][lane]
};

}  // namespace

void charge_together(std::span<SmallSystem> systems, const Request& request) {
  SmallGroup(systems, request).run();
}

}  // namespace qbatt::cpu
