#include "charge/row.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace qbatt {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

// NaN stays NaN, which std::max would lose.
double at_least_zero(double x) {
  return x <= 0.0 ? 0.0 : x;
}

bool is_finite(const ObservableValues& values) {
  return std::ranges::all_of(
      observable_info(), [&](const ObservableInfo& info) { return std::isfinite(values[info.id]); });
}

/// The four that `little` knows better, in absolute units.
ObservableValues corrected(ObservableValues values, const LittleCharge& little, double omega_b) {
  values[Observable::entropy] = little.entropy;
  values[Observable::purity] = little.purity;
  values[Observable::renyi2] = little.renyi2;
  values[Observable::ergotropy] = omega_b * little.ergotropy;
  values[Observable::ergotropy_full] = omega_b * little.ergotropy_full;
  return values;
}

}  // namespace

Row begin_row(const CentralSpin& system) {
  Row row;
  row.system = system;
  row.t_opt = nan;
  row.at_optimum = ObservableValues::filled(nan);
  return row;
}

StateReport start_report(const CentralSpin& system) {
  StateReport start;
  start.sums = {.norm = 1.0, .purity = 1.0, .root_sum = 1.0, .largest = 1.0};
  start.last_population = system.dim() == 1 ? 1.0 : 0.0;
  return start;
}

Detail series_detail(const Request& request) {
  const auto& series = request.series_observables;
  const auto holds = [&](Observable o) { return series.empty() || std::ranges::find(series, o) != series.end(); };
  if (holds(Observable::ergotropy) || holds(Observable::capacity)) return Detail::observables;
  return holds(Observable::log_negativity) || holds(Observable::instantaneous_power) ? Detail::sums : Detail::populations;
}

bool little_charge_matters(const Request& request) {
  using enum Observable;
  const auto& series = request.series_observables;
  return series.empty() || std::ranges::any_of(series, [](Observable o) {
           return o == entropy || o == renyi2 || o == ergotropy || o == ergotropy_full;
         });
}

ObservableValues AbsoluteUnits::observables(const StateReport& report, double t) const {
  ObservableValues values;
  for (const ObservableInfo& info : observable_info()) convert(info.id, {&report, 1}, {&t, 1}, {&values[info.id], 1});
  return values;
}

void AbsoluteUnits::convert(Observable observable, std::span<const StateReport> reports, std::span<const double> t,
                            std::span<double> values) const {
  const auto fill = [&](const auto& value) {
    for (std::size_t i = 0; i < values.size(); ++i) values[i] = value(reports[i], t[i]);
  };
  const auto level = [](const StateReport& r) { return r.sums.mean * r.sums.norm; };
  const auto cells = static_cast<double>(system_.n_b);
  switch (observable) {
    case Observable::energy:
      return fill([&](const StateReport& r, double) { return system_.omega_b * level(r); });
    case Observable::energy_per_cell:
      return fill([&](const StateReport& r, double) { return level(r) / static_cast<double>(system_.n_b); });
    case Observable::power:
      return fill([&](const StateReport& r, double time) { return time == 0.0 ? 0.0 : system_.omega_b * level(r) / time; });
    case Observable::instantaneous_power:
      return fill([&](const StateReport& r, double) { return system_.omega_b * r.sums.flow * rabi_; });
    case Observable::variance:
      return fill([&](const StateReport& r, double) { return system_.omega_b * system_.omega_b * r.sums.spread; });
    case Observable::entropy:
      return fill([](const StateReport& r, double) { return at_least_zero(r.sums.entropy); });
    case Observable::purity:
      return fill([](const StateReport& r, double) { return r.sums.purity; });
    case Observable::renyi2:
      return fill([](const StateReport& r, double) { return at_least_zero(-std::log2(r.sums.purity)); });
    case Observable::log_negativity:
      return fill([](const StateReport& r, double) { return at_least_zero(2.0 * std::log2(r.sums.root_sum)); });
    case Observable::ergotropy:
      return fill([&](const StateReport& r, double) { return system_.omega_b * at_least_zero(level(r) - r.passive_level); });
    case Observable::ergotropy_full:
      return fill([&](const StateReport& r, double) {
        return system_.omega_b * at_least_zero(level(r) - at_least_zero(1.0 - r.sums.largest));
      });
    case Observable::p_full:
      return fill([&](const StateReport& r, double) { return system_.m >= system_.n_b ? r.last_population : 0.0; });
    case Observable::local_ergotropy:
      return fill([&](const StateReport& r, double) { return system_.omega_b * at_least_zero(2.0 * level(r) - cells); });
    case Observable::capacity:
      return fill([&](const StateReport& r, double) { return system_.omega_b * (cells - 2.0 * r.passive_level); });
    case Observable::capacity_full:
      return fill(
          [&](const StateReport& r, double) { return system_.omega_b * (cells - 2.0 * at_least_zero(1.0 - r.sums.largest)); });
  }
}

void rabi_times(const CentralSpin& system, const TimeGrid& grid, std::span<const double> given, double peak,
                std::span<double> times) {
  const double unit = grid.unit == TimeUnit::absolute ? system.rabi() : grid.unit == TimeUnit::optimum ? peak : 1.0;
  std::ranges::transform(given, times.begin(), [unit](double t) { return t * unit; });
}

void AbsoluteUnits::times(const TimeGrid& grid, std::span<const double> given, std::span<const double> rabi_times,
                          std::span<double> absolute) const {
  if (grid.unit == TimeUnit::absolute)
    std::ranges::copy(given, absolute.begin());
  else
    std::ranges::transform(
        rabi_times, absolute.begin(), [this](double t) { return t / rabi_; });
}

void report_optimum(Row& row, double peak_in_rabi_units, const StateReport& report) {
  row.t_opt = peak_in_rabi_units / row.system.rabi();
  if (!(row.t_opt > 0.0 && std::isfinite(row.t_opt))) {
    fail(row, peak_in_rabi_units > 0.0 ? Failure::overflow : Failure::peak);
    return;
  }
  if (!has_state(report)) {
    fail(row, Failure::range);
    return;
  }
  row.at_optimum = AbsoluteUnits(row.system).observables(report, row.t_opt);
}

void correct_optimum(Row& row, const LittleCharge& little) {
  row.at_optimum = corrected(row.at_optimum, little, row.system.omega_b);
}

void fail(Row& row, Failure why) {
  row.status = Status::failed;
  if (row.failure == Failure::none) row.failure = why;
  row.error_bound = row.t_opt = nan;
  row.at_optimum = ObservableValues::filled(nan);
}

void lose(Series& series, std::size_t time) {
  for (const ObservableInfo& info : observable_info())
    if (const std::span<double> column = series.values.column(info.id); !column.empty()) column[time] = nan;
  series.error_bound[time] = nan;
  const std::size_t levels = series.populations.size() / series.t.size();
  std::ranges::fill(std::span(series.populations).subspan(time * levels, levels), nan);
}

void stand_still(Row& row, const Request& request, Series* series) {
  row.status = request.optimum == OptimumRule::none ? Status::ok : Status::no_peak;
  if (series == nullptr || !request.times) return;
  const CentralSpin& system = row.system;
  *series = begin_series(request, system.dim());
  const std::vector<double> given = grid_times(*request.times);
  const std::vector<StateReport> start(given.size(), start_report(system));
  const std::vector<double> no_time(given.size(), nan);
  const std::vector<double> no_error(given.size(), 0.0);
  const bool timed = request.times->unit == TimeUnit::absolute;
  put_samples(*series, 0, AbsoluteUnits(system), {timed ? given : no_time, start, no_error});
  for (std::size_t p = 0; p < series->populations.size(); p += static_cast<std::size_t>(system.dim())) series->populations[p] = 1.0;
}

Series begin_series(const Request& request, std::int64_t dim) {
  static constexpr auto all = [] {
    std::array<Observable, observable_count> ids{};
    for (std::size_t i = 0; i < observable_count; ++i) ids[i] = static_cast<Observable>(i);
    return ids;
  }();
  const auto times = static_cast<std::size_t>(request.times->count);
  const auto& chosen = request.series_observables;
  Series series;
  series.t.resize(times);
  series.values = ObservableColumns(chosen.empty() ? std::span<const Observable>(all) : chosen, times);
  series.error_bound.resize(times);
  series.populations.resize(request.populations ? times * static_cast<std::size_t>(dim) : 0);
  return series;
}

void put_samples(Series& series, std::size_t first, const AbsoluteUnits& units, const Samples& samples) {
  const std::size_t count = samples.t.size();
  const auto begin = static_cast<std::ptrdiff_t>(first);
  std::ranges::copy(samples.t, series.t.begin() + begin);
  std::ranges::copy(samples.error_bound, series.error_bound.begin() + begin);
  for (const ObservableInfo& info : observable_info())
    if (const std::span<double> column = series.values.column(info.id); !column.empty())
      units.convert(info.id, samples.reports, samples.t, column.subspan(first, count));
}

void correct_sample(Series& series, std::size_t time, const LittleCharge& little, double omega_b) {
  const ObservableValues values = corrected(series.values[time], little, omega_b);
  for (const ObservableInfo& info : observable_info())
    if (const std::span<double> column = series.values.column(info.id); !column.empty()) column[time] = values[info.id];
}

bool lose_overflow(Series& series) {
  bool any = false;
  for (const ObservableInfo& info : observable_info()) {
    const std::span<const double> column = series.values.column(info.id);
    for (std::size_t i = 0; i < column.size(); ++i) {
      if (std::isfinite(column[i]) || !std::isfinite(series.error_bound[i])) continue;
      lose(series, i);
      any = true;
    }
  }
  return any;
}

void judge(Row& row, const Request& request) {
  const double tolerance = request.tolerance.value_or(default_tolerance(row.system.dim()));
  if (row.status != Status::ok && row.status != Status::window_end) return;
  if (!std::isfinite(row.error_bound))
    fail(row, Failure::bound);
  else if (request.optimum != OptimumRule::none && !is_finite(row.at_optimum))
    fail(row, Failure::overflow);
  else if (!(row.error_bound <= tolerance))
    row.status = Status::inaccurate;
}

}  // namespace qbatt
