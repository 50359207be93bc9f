#include "solve/charge.hpp"

#include <algorithm>
#include <cmath>
#include <exception>
#include <limits>
#include <memory>

#include "cpu/propagator.hpp"
#include "kernels/peak.hpp"
#include "qbatt/errors.hpp"
#include "solve/plan.hpp"

namespace qbatt {
namespace {

using cpu::Detail;
using cpu::Propagator;
using cpu::StateReport;
using kernels::PeakSearch;
using kernels::SlopeSample;

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

/// Observables in absolute units from a report in units of a_0, at absolute time t.
ObservableValues in_absolute_units(const CentralSpin& system, const StateReport& report, double t) {
  const auto& sums = report.sums;
  const double level = sums.mean * sums.norm;
  const double stored = system.omega_b * level;
  using enum Observable;
  ObservableValues v;
  v[energy] = stored;
  v[energy_per_cell] = level / static_cast<double>(system.n_b);
  v[power] = t == 0.0 ? 0.0 : stored / t;
  v[instantaneous_power] = system.omega_b * sums.flow * system.rabi();
  v[variance] = system.omega_b * system.omega_b * sums.spread;
  v[entropy] = std::max(0.0, sums.entropy);
  v[purity] = sums.purity;
  v[renyi2] = std::max(0.0, -std::log2(sums.purity));
  v[log_negativity] = std::max(0.0, 2.0 * std::log2(sums.root_sum));
  v[ergotropy] = system.omega_b * std::max(0.0, level - report.passive_level);
  v[ergotropy_full] = system.omega_b * std::max(0.0, level - std::max(0.0, 1.0 - sums.largest));
  v[p_full] = system.m >= system.n_b ? report.last_population : 0.0;
  return v;
}

/// The first peak in units of 1/a_0, or NaN where the search was lost.
double first_peak(Propagator& propagator) {
  constexpr double start_curvature = 2.0;  // d^2<k>/dt^2 at t = 0: 2 offdiag(0)^2 in units of a_0
  PeakSearch search(0.8 / (0.5 * propagator.bandwidth()), start_curvature);
  StateReport reports[PeakSearch::batch];
  SlopeSample samples[PeakSearch::batch];
  double times[PeakSearch::batch];
  while (!search.finished()) {
    const auto count = static_cast<std::size_t>(search.count());
    for (std::size_t i = 0; i < count; ++i) {
      times[i] = search.time(static_cast<int>(i));
    }
    propagator.evaluate({times, count}, Detail::slopes, {reports, count}, nullptr);
    for (std::size_t i = 0; i < count; ++i) {
      samples[i] = {times[i], reports[i].sums.flow, reports[i].sums.flow_change};
    }
    search.absorb(samples);
  }
  return search.found() ? search.peak() : nan;
}

/// The times of a grid, in the unit it is given in; both ends are exact.
std::vector<double> grid_times(const TimeGrid& grid) {
  std::vector<double> times(static_cast<std::size_t>(grid.count));
  for (std::size_t i = 0; i < times.size(); ++i) {
    const double share = times.size() > 1 ? static_cast<double>(i) / static_cast<double>(times.size() - 1) : 0.0;
    times[i] = grid.start * (1.0 - share) + grid.stop * share;
  }
  return times;
}

/// One system on its way from the request to its row.
class Charge {
public:
  Charge(const CentralSpin& system, const Request& request, int threads, Series* series)
      : system_(system), request_(request), threads_(threads), series_(series) {
    row_.system = system;
    row_.t_opt = nan;
    row_.at_optimum = ObservableValues::filled(nan);
  }

  Row run() {
    if (system_.rabi() == 0.0) {
      stand_still();
    } else {
      solve_with_fallback();
    }
    return row_;
  }

private:
  void stand_still() {
    row_.status = request_.optimum == OptimumRule::none ? Status::ok : Status::no_peak;
    if (series_ != nullptr && request_.times) {
      StateReport start;
      start.sums = {.norm = 1.0, .purity = 1.0, .root_sum = 1.0, .largest = 1.0};
      start.last_population = system_.dim() == 1 ? 1.0 : 0.0;
      const bool timed = request_.times->unit == TimeUnit::absolute;
      for (const double t : grid_times(*request_.times)) {
        add_sample(timed ? t : nan, start, 0.0);
        if (request_.populations) {
          series_->populations.push_back(1.0);
          series_->populations.resize(series_->populations.size() + static_cast<std::size_t>(system_.dim()) - 1, 0.0);
        }
      }
    }
  }

  void solve_with_fallback() {
    row_.solver = request_.solver == Solver::automatic ? Solver::spectral : request_.solver;
    solve_or_fail();
    if (request_.solver == Solver::automatic && should_fall_back(system_, pair_defect_, row_.error_bound)) {
      try_dense();
    }
  }

  /// What a solver throws for numerical trouble becomes a failed row, without a bound.
  void solve_or_fail() {
    try {
      solve();
    } catch (const Error&) {
      throw;
    } catch (const std::runtime_error&) {
      row_.status = Status::failed;
    }
    if (row_.status == Status::failed) {
      row_.error_bound = pair_defect_ = nan;
    }
  }

  /// Keeps whichever result has the smaller bound.
  void try_dense() {
    const Row spectral = row_;
    Series series;
    if (series_ != nullptr) {
      series = *series_;
    }
    row_.solver = Solver::dense;
    solve_or_fail();
    if (row_.status == Status::failed || spectral.error_bound <= row_.error_bound) {
      row_ = spectral;
      if (series_ != nullptr) {
        *series_ = std::move(series);
      }
    }
  }

  void solve() {
    propagator_ =
        row_.solver == Solver::dense ? cpu::make_dense_propagator(system_) : cpu::make_spectral_propagator(system_, threads_);
    row_.n_eig = propagator_->pairs();
    row_.status = Status::ok;
    row_.t_opt = nan;
    row_.at_optimum = ObservableValues::filled(nan);
    double peak = nan;
    const bool unit_needs_peak = series_ != nullptr && request_.times && request_.times->unit == TimeUnit::optimum;
    if (request_.optimum == OptimumRule::first_peak || unit_needs_peak) {
      peak = first_peak(*propagator_);
    }
    double longest = 0.0;
    if (request_.optimum == OptimumRule::first_peak) {
      longest = peak;
      report_optimum(peak);
    }
    if (series_ != nullptr && request_.times) {
      longest = std::max(longest, report_series(peak));
    }
    pair_defect_ = propagator_->pair_defect(longest);
    row_.error_bound = propagator_->error_bound(longest);
    judge();
  }

  void report_optimum(double peak) {
    row_.t_opt = peak / system_.rabi();
    if (!(row_.t_opt > 0.0 && std::isfinite(row_.t_opt))) {
      row_.t_opt = nan;
      row_.status = Status::failed;
      return;
    }
    StateReport report;
    propagator_->evaluate({&peak, 1}, Detail::observables, {&report, 1}, nullptr);
    row_.at_optimum = in_absolute_units(system_, report, row_.t_opt);
  }

  /// Fills the series and returns its longest time in units of 1/a_0.
  double report_series(double peak) {
    const TimeUnit unit = request_.times->unit;
    const double rabi = system_.rabi();
    const std::vector<double> given = grid_times(*request_.times);
    std::vector<double> times = given;  // in units of 1/a_0
    std::ranges::for_each(times,
                          [&](double& t) { t *= unit == TimeUnit::absolute ? rabi : (unit == TimeUnit::rabi ? 1.0 : peak); });
    std::vector<StateReport> reports(times.size());
    *series_ = {};
    if (request_.populations) {
      series_->populations.resize(times.size() * static_cast<std::size_t>(system_.dim()));
    }
    propagator_->evaluate(times, Detail::observables, reports, request_.populations ? series_->populations.data() : nullptr);
    for (std::size_t i = 0; i < times.size(); ++i) {
      add_sample(unit == TimeUnit::absolute ? given[i] : times[i] / rabi, reports[i], propagator_->error_bound(times[i]));
    }
    return times.back();
  }

  void add_sample(double t, const StateReport& report, double bound) {
    series_->t.push_back(t);
    series_->values.push_back(in_absolute_units(system_, report, t));
    series_->error_bound.push_back(bound);
  }

  void judge() {
    const double tolerance = request_.tolerance.value_or(default_tolerance(system_.dim()));
    if (row_.status == Status::ok && !(row_.error_bound <= tolerance)) {
      row_.status = std::isfinite(row_.error_bound) ? Status::inaccurate : Status::failed;
    }
  }

  const CentralSpin& system_;
  const Request& request_;
  int threads_;
  Series* series_;
  Row row_;
  std::unique_ptr<Propagator> propagator_;
  double pair_defect_ = 0.0;
};

}  // namespace

Row charge(const CentralSpin& system, const Request& request, int threads, Series* series) {
  return Charge(system, request, threads, series).run();
}

}  // namespace qbatt
