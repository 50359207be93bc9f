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

/// Whether an observable has a meaning: a mixture has no log_negativity that its levels tell.
bool is_defined(Observable observable, const SystemShape& shape) {
  return observable != Observable::log_negativity || !shape.mixed;
}

bool is_finite(const ObservableValues& values, const SystemShape& shape) {
  return std::ranges::all_of(
      observable_info(), [&](const ObservableInfo& info) { return std::isfinite(values[info.id]) || !is_defined(info.id, shape); });
}

/// x + sqrt(x^2 + y^2) without cancellation.
double local_share(double x, double y) {
  const double root = std::hypot(x, y);
  if (x >= 0.0 || root == 0.0) return x + root;
  return y / (root - x) * y;
}

/// Those that `little` knows better, in absolute units. Of a superposition it knows the populations alone.
ObservableValues corrected(ObservableValues values, const LittleCharge& little, double omega_b, bool superposed) {
  values[Observable::ergotropy_incoherent] = omega_b * little.ergotropy;
  if (superposed) return values;
  values[Observable::entropy] = little.entropy;
  values[Observable::purity] = little.purity;
  values[Observable::renyi2] = little.renyi2;
  values[Observable::ergotropy] = omega_b * little.ergotropy;
  values[Observable::ergotropy_full] = omega_b * little.ergotropy_full;
  return values;
}

}  // namespace

Row begin_row(const CentralSpin& system, const SystemShape& shape) {
  Row row;
  row.system = system;
  row.sectors = shape.sectors;
  row.t_opt = nan;
  row.at_optimum = ObservableValues::filled(nan);
  return row;
}

StateReport start_report(const SystemShape& shape) {
  StateReport start;
  start.sums = {.norm = 1.0, .purity = 1.0, .root_sum = 1.0, .largest = 1.0};
  start.last_population = shape.dim == 1 ? 1.0 : 0.0;
  return start;
}

Detail series_detail(const Request& request) {
  const auto& series = request.series_observables;
  const auto holds = [&](Observable o) { return series.empty() || std::ranges::find(series, o) != series.end(); };
  if (holds(Observable::ergotropy) || holds(Observable::ergotropy_incoherent) || holds(Observable::capacity))
    return Detail::observables;
  return holds(Observable::log_negativity) || holds(Observable::instantaneous_power) ? Detail::sums : Detail::populations;
}

bool coherences_matter(const Request& request) {
  using enum Observable;
  const auto& series = request.series_observables;
  return series.empty() || std::ranges::any_of(series, [](Observable o) {
           return o != energy && o != energy_per_cell && o != power && o != instantaneous_power && o != variance && o != p_full;
         });
}

bool little_charge_matters(const Request& request) {
  using enum Observable;
  const auto& series = request.series_observables;
  return series.empty() || std::ranges::any_of(series, [](Observable o) {
           return o == entropy || o == renyi2 || o == ergotropy || o == ergotropy_full || o == ergotropy_incoherent;
         });
}

ObservableValues AbsoluteUnits::observables(const ReportedStates& state) const {
  ObservableValues values;
  for (const ObservableInfo& info : observable_info()) convert(info.id, state, {&values[info.id], 1});
  return values;
}

void AbsoluteUnits::convert(Observable observable, const ReportedStates& states, std::span<double> values) const {
  const auto fill = [&](const auto& value) {
    for (std::size_t i = 0; i < values.size(); ++i) values[i] = value(states.reports[i]);
  };
  const auto fill_with_coherences = [&](const auto& value) {
    if (states.coherences.empty()) return fill([&](const StateReport& r) { return value(r, nullptr); });
    for (std::size_t i = 0; i < values.size(); ++i) values[i] = value(states.reports[i], &states.coherences[i]);
  };
  // Of the eigenvalues of a nearly pure battery in a superposition more is known than their sums tell.
  const auto fill_from_spectrum = [&](double LittleCharge::*known, double unit, const auto& value) {
    fill_with_coherences([&](const StateReport& r, const Coherence* c) {
      return c != nullptr && c->little ? unit * (*c->little).*known : value(r);
    });
  };
  const auto level = [](const StateReport& r) { return r.sums.mean * r.sums.norm; };
  const auto cells = static_cast<double>(system_.n_b);
  const double omega_b = system_.omega_b;
  switch (observable) {
    case Observable::energy:
      return fill([&](const StateReport& r) { return omega_b * level(r); });
    case Observable::energy_per_cell:
      fill(level);
      for (double& value : values) value /= cells;  // on its own, which takes vectors
      return;
    case Observable::power:
      for (std::size_t i = 0; i < values.size(); ++i)
        values[i] = states.t[i] == 0.0 ? 0.0 : omega_b * level(states.reports[i]) / states.t[i];
      return;
    case Observable::instantaneous_power:
      return fill([&](const StateReport& r) { return omega_b * r.sums.flow * shape_.rabi; });
    case Observable::variance:
      return fill([&](const StateReport& r) { return omega_b * omega_b * r.sums.spread; });
    case Observable::entropy:
      return fill_from_spectrum(&LittleCharge::entropy, 1.0, [](const StateReport& r) { return at_least_zero(r.sums.entropy); });
    case Observable::purity:
      return fill_from_spectrum(&LittleCharge::purity, 1.0, [](const StateReport& r) { return r.sums.purity; });
    case Observable::renyi2:
      return fill_from_spectrum(&LittleCharge::renyi2, 1.0,
                                [](const StateReport& r) { return at_least_zero(-std::log2(r.sums.purity)); });
    case Observable::log_negativity:
      return fill([&](const StateReport& r) { return shape_.mixed ? nan : at_least_zero(2.0 * std::log2(r.sums.root_sum)); });
    case Observable::ergotropy:
      return fill_from_spectrum(&LittleCharge::ergotropy, omega_b,
                                [&](const StateReport& r) { return omega_b * at_least_zero(level(r) - r.passive_level); });
    case Observable::ergotropy_full:
      return fill_from_spectrum(&LittleCharge::ergotropy_full, omega_b, [&](const StateReport& r) {
        return omega_b * at_least_zero(level(r) - at_least_zero(1.0 - r.sums.largest));
      });
    case Observable::p_full:
      return fill([&](const StateReport& r) { return shape_.dim == system_.n_b + 1 ? r.last_population : 0.0; });
    case Observable::local_ergotropy:
      return fill_with_coherences([&](const StateReport& r, const Coherence* c) {
        const double excess = 2.0 * level(r) - cells;
        return c == nullptr ? omega_b * at_least_zero(excess) : 0.5 * omega_b * local_share(excess, 2.0 * c->lowering);
      });
    case Observable::capacity:
      return fill([&](const StateReport& r) { return omega_b * (cells - 2.0 * r.passive_level); });
    case Observable::capacity_full:
      return fill([&](const StateReport& r) { return omega_b * (cells - 2.0 * at_least_zero(1.0 - r.sums.largest)); });
    case Observable::ergotropy_incoherent:
      return fill_with_coherences([&](const StateReport& r, const Coherence* c) {
        return omega_b * at_least_zero(level(r) - (c == nullptr ? r.passive_level : c->passive_level));
      });
  }
}

void rabi_times(const SystemShape& shape, const TimeGrid& grid, std::span<const double> given, double peak,
                std::span<double> times) {
  const double unit = grid.unit == TimeUnit::absolute ? shape.rabi : grid.unit == TimeUnit::optimum ? peak : 1.0;
  std::ranges::transform(given, times.begin(), [unit](double t) { return t * unit; });
}

void AbsoluteUnits::times(const TimeGrid& grid, std::span<const double> given, std::span<const double> rabi_times,
                          std::span<double> absolute) const {
  if (grid.unit == TimeUnit::absolute)
    std::ranges::copy(given, absolute.begin());
  else
    std::ranges::transform(
        rabi_times, absolute.begin(), [rabi = shape_.rabi](double t) { return t / rabi; });
}

void report_optimum(Row& row, const SystemShape& shape, const Optimum& optimum, bool superposed) {
  row.t_opt = optimum.t / shape.rabi;
  if (!(row.t_opt > 0.0 && std::isfinite(row.t_opt))) {
    fail(row, optimum.t > 0.0 ? Failure::overflow : Failure::peak);
    return;
  }
  if (!has_state(optimum.report)) {
    fail(row, Failure::range);
    return;
  }
  ReportedStates state{{&row.t_opt, 1}, {&optimum.report, 1}};
  if (superposed) state.coherences = {&optimum.coherence, 1};
  row.at_optimum = AbsoluteUnits(row.system, shape).observables(state);
}

void correct_optimum(Row& row, const LittleCharge& little, bool superposed) {
  row.at_optimum = corrected(row.at_optimum, little, row.system.omega_b, superposed);
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

void stand_still(Row& row, const SystemShape& shape, const Request& request, Series* series) {
  row.status = request.optimum == OptimumRule::none ? Status::ok : Status::no_peak;
  if (series == nullptr || !request.times) return;
  *series = begin_series(request, shape.dim);
  const std::vector<double> given = grid_times(*request.times);
  const std::vector<StateReport> start(given.size(), start_report(shape));
  const std::vector<double> no_time(given.size(), nan);
  const std::vector<double> no_error(given.size(), 0.0);
  const bool timed = request.times->unit == TimeUnit::absolute;
  put_samples(*series, 0, AbsoluteUnits(row.system, shape), {timed ? given : no_time, start}, no_error);
  for (std::size_t p = 0; p < series->populations.size(); p += static_cast<std::size_t>(shape.dim)) series->populations[p] = 1.0;
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

void put_samples(Series& series, std::size_t first, const AbsoluteUnits& units, const ReportedStates& states,
                 std::span<const double> error_bound) {
  const std::size_t count = states.t.size();
  const auto begin = static_cast<std::ptrdiff_t>(first);
  std::ranges::copy(states.t, series.t.begin() + begin);
  std::ranges::copy(error_bound, series.error_bound.begin() + begin);
  for (const ObservableInfo& info : observable_info())
    if (const std::span<double> column = series.values.column(info.id); !column.empty())
      units.convert(info.id, states, column.subspan(first, count));
}

void correct_sample(Series& series, std::size_t time, const LittleCharge& little, double omega_b, bool superposed) {
  const ObservableValues values = corrected(series.values[time], little, omega_b, superposed);
  for (const ObservableInfo& info : observable_info())
    if (const std::span<double> column = series.values.column(info.id); !column.empty()) column[time] = values[info.id];
}

bool lose_overflow(Series& series, const SystemShape& shape) {
  constexpr double largest = std::numeric_limits<double>::max();
  const auto is_no_number = [](double x) { return !(std::abs(x) <= largest); };
  bool any = false;
  for (const ObservableInfo& info : observable_info()) {
    if (!is_defined(info.id, shape)) continue;
    const std::span<const double> column = series.values.column(info.id);
    if (std::ranges::count_if(column, is_no_number) == 0) continue;  // nearly always; to the end, which takes vectors
    for (std::size_t i = 0; i < column.size(); ++i) {
      if (!is_no_number(column[i]) || is_no_number(series.error_bound[i])) continue;
      lose(series, i);
      any = true;
    }
  }
  return any;
}

void judge(Row& row, const SystemShape& shape, const Request& request) {
  const double tolerance = request.tolerance.value_or(default_tolerance(shape.dim));
  if (row.status != Status::ok && row.status != Status::window_end) return;
  if (!std::isfinite(row.error_bound))
    fail(row, Failure::bound);
  else if (request.optimum != OptimumRule::none && !is_finite(row.at_optimum, shape))
    fail(row, Failure::overflow);
  else if (!(row.error_bound <= tolerance))
    row.status = Status::inaccurate;
}

}  // namespace qbatt
