#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "charge/little_charge.hpp"
#include "kernels/state_report.hpp"
#include "qbatt/solve.hpp"

// From states in units of a_0 to rows and series in absolute units: what every backend says about a system in the same words.
namespace qbatt {

/// The row of a system about which nothing is known yet: optimum columns NaN, status failed, no solver.
Row begin_row(const CentralSpin& system);

/// All of the state on the first level.
StateReport start_report(const CentralSpin& system);

/// What the states of a request's series must be asked for.
Detail series_detail(const Request& request);

/// Whether a series of the request holds what LittleCharge knows better.
bool little_charge_matters(const Request& request);

/// From units of a_0 to absolute units, for one system.
class AbsoluteUnits {
public:
  explicit AbsoluteUnits(const CentralSpin& system) : system_(system), rabi_(system.rabi()) {}

  /// Observables from a report, at absolute time t.
  [[nodiscard]] ObservableValues observables(const StateReport& report, double t) const;

  /// One observable of as many reports as there are absolute times t and places in `values`.
  void convert(Observable observable, std::span<const StateReport> reports, std::span<const double> t,
               std::span<double> values) const;

  /// Times given in the unit of the grid and known in units of 1/a_0 too, `absolute[i]` as given where the grid is absolute.
  void times(const TimeGrid& grid, std::span<const double> given, std::span<const double> rabi_times,
             std::span<double> absolute) const;

private:
  const CentralSpin& system_;
  double rabi_;
};

/// Times of a grid in units of 1/a_0, `times[i]` of given[i]; `peak`, the optimum in that unit, is looked at where the grid is in
/// units of it.
void rabi_times(const CentralSpin& system, const TimeGrid& grid, std::span<const double> given, double peak,
                std::span<double> times);

/// Whether it is of a state at all. Populations that are no numbers leave sums that are none, or empty ones.
inline bool has_state(const StateReport& report) {
  return report.sums.norm > 0.0 && std::isfinite(report.sums.mean);
}

/// Writes the optimum: its time in units of 1/a_0 and the state there. A time that is not a positive number makes the row `failed`;
/// `report` is not looked at then.
void report_optimum(Row& row, double peak_in_rabi_units, const StateReport& report);

/// Puts into the optimum what is better known of it.
void correct_optimum(Row& row, const LittleCharge& little);

/// Makes the row `failed`, for the first reason that is given: nothing is said of its optimum, and there is no bound.
void fail(Row& row, Failure why);

/// The row, and the series where the request has times and `series` is not null, of a system in which nothing moves.
void stand_still(Row& row, const Request& request, Series* series);

/// A series with room for all times of the request, for a system of `dim` levels; populations where they are asked for.
Series begin_series(const Request& request, std::int64_t dim);

/// States at successive times of a series, and the bounds on their errors.
struct Samples {
  std::span<const double> t;  ///< absolute; NaN where the unit of the grid does not exist
  std::span<const StateReport> reports;
  std::span<const double> error_bound;
};

/// Writes them into the series from its time number `first` on.
void put_samples(Series& series, std::size_t first, const AbsoluteUnits& units, const Samples& samples);

/// Puts into a series what is better known of the state at one of its times.
void correct_sample(Series& series, std::size_t time, const LittleCharge& little, double omega_b);

/// Makes all that the series says of the state at one of its times NaN.
void lose(Series& series, std::size_t time);

/// The same for all times at which an observable exceeds the range of a double; whether there are any.
bool lose_overflow(Series& series);

/// `ok` and `window-end` become `inaccurate` where error_bound exceeds the tolerance, `failed` where it or an observable of the
/// optimum is no finite number.
void judge(Row& row, const Request& request);

}  // namespace qbatt
