#include "solve/row.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace qbatt {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

/// All of the state on the first level.
StateReport start_report(const CentralSpin& system) {
  StateReport start;
  start.sums = {.norm = 1.0, .purity = 1.0, .root_sum = 1.0, .largest = 1.0};
  start.last_population = system.dim() == 1 ? 1.0 : 0.0;
  return start;
}

}  // namespace

double default_tolerance(std::int64_t dim) {
  return dim <= 1'000'000 ? 1e-8 : 1e-14 * static_cast<double>(dim);
}

Row begin_row(const CentralSpin& system) {
  Row row;
  row.system = system;
  row.t_opt = nan;
  row.at_optimum = ObservableValues::filled(nan);
  return row;
}

Wanted Wanted::in_series(const Request& request) {
  const auto& series = request.series_observables;
  const auto holds = [&](Observable o) { return series.empty() || std::ranges::find(series, o) != series.end(); };
  return {.logarithms = holds(Observable::renyi2) || holds(Observable::log_negativity),
          .currents = holds(Observable::instantaneous_power),
          .ergotropy = holds(Observable::ergotropy)};
}

ObservableValues AbsoluteUnits::observables(const StateReport& report, double t, const Wanted& wanted) const {
  const auto& sums = report.sums;
  const double level = sums.mean * sums.norm;
  const double stored = system_.omega_b * level;
  using enum Observable;
  ObservableValues v;
  v[energy] = stored;
  v[energy_per_cell] = level / static_cast<double>(system_.n_b);
  v[power] = t == 0.0 ? 0.0 : stored / t;
  v[instantaneous_power] = wanted.currents ? system_.omega_b * sums.flow * rabi_ : nan;
  v[variance] = system_.omega_b * system_.omega_b * sums.spread;
  v[entropy] = std::max(0.0, sums.entropy);
  v[purity] = sums.purity;
  v[renyi2] = wanted.logarithms ? std::max(0.0, -std::log2(sums.purity)) : nan;
  v[log_negativity] = wanted.logarithms ? std::max(0.0, 2.0 * std::log2(sums.root_sum)) : nan;
  v[ergotropy] =
      std::isnan(report.passive_level) ? report.passive_level : system_.omega_b * std::max(0.0, level - report.passive_level);
  v[ergotropy_full] = system_.omega_b * std::max(0.0, level - std::max(0.0, 1.0 - sums.largest));
  v[p_full] = system_.m >= system_.n_b ? report.last_population : 0.0;
  return v;
}

std::vector<double> grid_times(const TimeGrid& grid) {
  std::vector<double> times(static_cast<std::size_t>(grid.count));
  for (std::size_t i = 0; i < times.size(); ++i) {
    const double share = times.size() > 1 ? static_cast<double>(i) / static_cast<double>(times.size() - 1) : 0.0;
    times[i] = grid.start * (1.0 - share) + grid.stop * share;
  }
  return times;
}

double rabi_time(const CentralSpin& system, const TimeGrid& grid, double given, double peak) {
  switch (grid.unit) {
    case TimeUnit::absolute:
      return given * system.rabi();
    case TimeUnit::rabi:
      return given;
    case TimeUnit::optimum:
      return given * peak;
  }
  return nan;
}

double AbsoluteUnits::time(const TimeGrid& grid, double given, double rabi_time) const {
  return grid.unit == TimeUnit::absolute ? given : rabi_time / rabi_;
}

void report_optimum(Row& row, double peak_in_rabi_units, const StateReport& report) {
  row.t_opt = peak_in_rabi_units / row.system.rabi();
  if (!(row.t_opt > 0.0 && std::isfinite(row.t_opt))) {
    row.t_opt = nan;
    row.status = Status::failed;
    return;
  }
  row.at_optimum = AbsoluteUnits(row.system).observables(report, row.t_opt);
}

void stand_still(Row& row, const Request& request, Series* series) {
  row.status = request.optimum == OptimumRule::none ? Status::ok : Status::no_peak;
  if (series == nullptr || !request.times) {
    return;
  }
  const CentralSpin& system = row.system;
  const AbsoluteUnits units(system);
  const StateReport start = start_report(system);
  const bool timed = request.times->unit == TimeUnit::absolute;
  for (const double t : grid_times(*request.times)) {
    add_sample(*series, units, timed ? t : nan, start, 0.0);
    if (request.populations) {
      series->populations.push_back(1.0);
      series->populations.resize(series->populations.size() + static_cast<std::size_t>(system.dim()) - 1, 0.0);
    }
  }
}

void add_sample(Series& series, const AbsoluteUnits& units, double t, const StateReport& report, double bound,
                const Wanted& wanted) {
  series.t.push_back(t);
  series.values.push_back(units.observables(report, t, wanted));
  series.error_bound.push_back(bound);
}

void judge(Row& row, const Request& request) {
  const double tolerance = request.tolerance.value_or(default_tolerance(row.system.dim()));
  const bool good = row.status == Status::ok || row.status == Status::window_end;
  if (good && !(row.error_bound <= tolerance)) {
    row.status = std::isfinite(row.error_bound) ? Status::inaccurate : Status::failed;
  }
}

}  // namespace qbatt
