#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "kernels/state_report.hpp"
#include "qbatt/solve.hpp"

// From states in units of a_0 to rows and series in absolute units: what every backend says about a system in the same words.
namespace qbatt {

/// The row of a system about which nothing is known yet: optimum columns NaN, status failed, no solver.
Row begin_row(const CentralSpin& system);

/// What the states of a request's series must be asked for.
Detail series_detail(const Request& request);

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

/// Writes the optimum: its time in units of 1/a_0 and the state there. A time that is not a positive number makes the row `failed`;
/// `report` is not looked at then.
void report_optimum(Row& row, double peak_in_rabi_units, const StateReport& report);

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

/// `ok` and `window-end` become `inaccurate` where error_bound exceeds the tolerance, `failed` where it is no number.
void judge(Row& row, const Request& request);

}  // namespace qbatt
