#include "cpu/charge.hpp"

#include <algorithm>
#include <cmath>
#include <exception>
#include <limits>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "charge/global_peak.hpp"
#include "charge/row.hpp"
#include "cost/cost_model.hpp"
#include "cost/plan.hpp"
#include "cpu/chebyshev/chebyshev.hpp"
#include "cpu/propagator.hpp"
#include "qbatt/errors.hpp"

namespace qbatt {
namespace {

using cpu::Propagator;

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

/// One system on its way from the request to its row.
class Charge {
public:
  Charge(const CentralSpin& system, const Request& request, int threads, Series* series)
      : system_(system), chain_(chain_of(system)), request_(request), threads_(threads), series_(series), row_(begin_row(system)) {}

  Row run() {
    if (chain_.rabi == 0.0) {
      stand_still(row_, request_, series_);
    } else {
      solve_with_fallback();
    }
    return row_;
  }

private:
  void solve_with_fallback() {
    const bool automatic = request_.solver == Solver::automatic;
    row_.solver = automatic ? first_solver(chain_, request_) : request_.solver;
    solve_or_fail();
    if (automatic && should_fall_back(pair_defect_, row_.error_bound)) {
      fall_back();
    }
  }

  void fall_back() {
    const std::vector<Solver> solvers = automatic_solvers(chain_, request_, cpu::has_dense());
    for (const Solver solver : std::span(solvers).subspan(1)) {
      if (should_fall_back(pair_defect_, row_.error_bound)) {
        try_instead(solver);
      }
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
  void try_instead(Solver solver) {
    const Row row = std::exchange(row_, begin_row(system_));
    const double pair_defect = pair_defect_;
    Series series;
    if (series_ != nullptr) {
      series = std::exchange(*series_, {});
    }
    row_.solver = solver;
    solve_or_fail();
    if (row_.status == Status::failed || row.error_bound <= row_.error_bound) {
      row_ = row;
      pair_defect_ = pair_defect;
      if (series_ != nullptr) {
        *series_ = std::move(series);
      }
    }
  }

  [[nodiscard]] std::unique_ptr<Propagator> make_propagator(Solver solver) const {
    switch (solver) {
      case Solver::dense:
        return cpu::make_dense_propagator(chain_);
      case Solver::chebyshev:
        return cpu::make_chebyshev_propagator(
            chain_, request_.solver == Solver::chebyshev ? std::numeric_limits<double>::infinity() : chebyshev_work_limit);
      default:
        return cpu::make_spectral_propagator(chain_, threads_);
    }
  }

  void solve() {
    propagator_ = make_propagator(row_.solver);
    row_.n_eig = propagator_->pairs();
    row_.status = Status::ok;
    row_.t_opt = nan;
    row_.at_optimum = ObservableValues::filled(nan);
    longest_ = 0.0;
    const double peak = find_optimum();
    if (request_.optimum != OptimumRule::none) {
      evaluate_optimum(peak);
    }
    if (series_ != nullptr && request_.times) {
      longest_ = std::max(longest_, report_series(peak));
    }
    pair_defect_ = propagator_->pair_defect(longest_);
    row_.error_bound = propagator_->error_bound(longest_);
    judge(row_, request_);
  }

  /// The time of the optimum in units of 1/a_0, NaN where none is wanted or found.
  double find_optimum() {
    if (request_.optimum == OptimumRule::global) {
      const EnergySignal signal = energy_signal(chain_, request_.window);
      const GlobalPeak peak = propagator_->global_peak(signal);
      longest_ = signal.window;  // what the row says of its energy it says of the whole window
      row_.status = peak.window_end ? Status::window_end : Status::ok;
      return peak.t;
    }
    if (request_.optimum == OptimumRule::first_peak) {
      return longest_ = propagator_->first_peak();
    }
    const bool unit_needs_peak = series_ != nullptr && request_.times && request_.times->unit == TimeUnit::optimum;
    return unit_needs_peak ? propagator_->first_peak() : nan;
  }

  void evaluate_optimum(double peak) {
    StateReport report;
    if (std::isfinite(peak)) {
      propagator_->evaluate({&peak, 1}, Detail::observables, {&report, 1}, nullptr);
    }
    report_optimum(row_, peak, report);
  }

  /// Fills the series and returns its longest time in units of 1/a_0.
  double report_series(double peak) {
    const TimeGrid& grid = *request_.times;
    const std::vector<double> given = grid_times(grid);
    std::vector<double> times(given.size());  // in units of 1/a_0
    rabi_times(system_, grid, given, peak, times);
    std::vector<StateReport> reports(times.size());
    Series series = begin_series(request_, system_.dim());
    propagator_->evaluate(times, series_detail(request_), reports, request_.populations ? series.populations.data() : nullptr);
    const AbsoluteUnits units(system_);
    std::vector<double> absolute(times.size());
    std::vector<double> bounds(times.size());
    units.times(grid, given, times, absolute);
    std::ranges::transform(times, bounds.begin(), [this](double t) { return propagator_->error_bound(t); });
    put_samples(series, 0, units, {absolute, reports, bounds});
    *series_ = std::move(series);
    return times.back();
  }

  const CentralSpin& system_;
  const LevelChain chain_;
  const Request& request_;
  int threads_;
  Series* series_;
  Row row_;
  std::unique_ptr<Propagator> propagator_;
  double longest_ = 0.0;  ///< time that the row says something of, units of 1/a_0
  double pair_defect_ = 0.0;
};

}  // namespace

Row charge(const CentralSpin& system, const Request& request, int threads, Series* series) {
  return Charge(system, request, threads, series).run();
}

}  // namespace qbatt
