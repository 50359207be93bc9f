#pragma once

#include <vector>

#include "qbatt/solve.hpp"
#include "solve/state_report.hpp"

// From states in units of a_0 to rows and series in absolute units: what every backend says about a system in the same words.
namespace qbatt {

/// The row of a system about which nothing is known yet: optimum columns NaN, status failed, no solver.
Row begin_row(const CentralSpin& system);

/// Which observables that cost more than arithmetic are wanted; the others may be NaN.
struct Wanted {
  bool logarithms = true;  ///< Renyi entropy and negativity
  bool currents = true;    ///< instantaneous power
  bool ergotropy = true;

  /// What the series of a request must hold.
  static Wanted in_series(const Request& request);
  [[nodiscard]] Detail detail() const {
    return ergotropy ? Detail::observables : (logarithms || currents ? Detail::sums : Detail::populations);
  }
};

/// From units of a_0 to absolute units, for one system.
class AbsoluteUnits {
public:
  explicit AbsoluteUnits(const CentralSpin& system) : system_(system), rabi_(system.rabi()) {}

  /// Observables from a report, at absolute time t.
  [[nodiscard]] ObservableValues observables(const StateReport& report, double t, const Wanted& wanted = {}) const;

  /// A time given in the unit of the grid and known in units of 1/a_0 too: as it was given where the grid is absolute.
  [[nodiscard]] double time(const TimeGrid& grid, double given, double rabi_time) const;

private:
  const CentralSpin& system_;
  double rabi_;
};

/// The times of a grid, in the unit it is given in; both ends are exact.
std::vector<double> grid_times(const TimeGrid& grid);

/// A time of a grid in units of 1/a_0; `peak`, the optimum in that unit, is looked at where the grid is in units of it.
double rabi_time(const CentralSpin& system, const TimeGrid& grid, double given, double peak);

/// Writes the optimum: its time in units of 1/a_0 and the state there. A time that is not a positive number makes the row `failed`;
/// `report` is not looked at then.
void report_optimum(Row& row, double peak_in_rabi_units, const StateReport& report);

/// The row, and the series where the request has times and `series` is not null, of a system in which nothing moves.
void stand_still(Row& row, const Request& request, Series* series);

/// Appends one time (absolute; NaN where the unit of the grid does not exist) with the state there and the bound on its error.
void add_sample(Series& series, const AbsoluteUnits& units, double t, const StateReport& report, double bound,
                const Wanted& wanted = {});

/// `ok` and `window-end` become `inaccurate` where error_bound exceeds the tolerance, `failed` where it is no number.
void judge(Row& row, const Request& request);

}  // namespace qbatt
