#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "charge/little_charge.hpp"
#include "charge/states.hpp"
#include "kernels/state_report.hpp"
#include "model/level_chain.hpp"
#include "qbatt/solve.hpp"

// From states in units of a_0 to rows and series in absolute units: what every backend says about a system in the same words.
namespace qbatt {

/// What is known of a system beforehand besides its numbers.
struct SystemShape {
  std::int64_t dim = 0;  ///< levels, of its longest chain
  double rabi = 0;       ///< a_0
  std::int64_t sectors = 1;
  bool mixed = false;  ///< several chains without phases to each other: battery and charger are in no pure state

  static SystemShape of(const LevelChain& chain) { return {chain.dim, chain.rabi}; }
};

/// The row of a system about which nothing is known yet: optimum columns NaN, status failed, no solver.
Row begin_row(const CentralSpin& system, const SystemShape& shape);

/// All of the state on the first level.
StateReport start_report(const SystemShape& shape);

/// What the states of a request's series must be asked for.
Detail series_detail(const Request& request);

/// Whether a series of the request holds what a superposition's coherences tell.
bool coherences_matter(const Request& request);

/// Whether a series of the request holds what LittleCharge knows better.
bool little_charge_matters(const Request& request);

/// States at successive absolute times, those of a superposition of chains with their coherences; else there are none.
struct ReportedStates {
  std::span<const double> t;  ///< NaN where the unit of the grid does not exist
  std::span<const StateReport> reports;
  std::span<const Coherence> coherences = {};
};

/// From units of a_0 to absolute units, for one system, which must outlive this.
class AbsoluteUnits {
public:
  AbsoluteUnits(const CentralSpin& system, const SystemShape& shape) : system_(system), shape_(shape) {}

  /// All observables of one state.
  [[nodiscard]] ObservableValues observables(const ReportedStates& state) const;

  /// One observable of all states, into as many values.
  void convert(Observable observable, const ReportedStates& states, std::span<double> values) const;

  /// Times given in the unit of the grid and known in units of 1/a_0 too, `absolute[i]` as given where the grid is absolute.
  void times(const TimeGrid& grid, std::span<const double> given, std::span<const double> rabi_times,
             std::span<double> absolute) const;

private:
  const CentralSpin& system_;
  SystemShape shape_;
};

/// Times of a grid in units of 1/a_0, `times[i]` of given[i]; `peak`, the optimum in that unit, is looked at where the grid is in
/// units of it.
void rabi_times(const SystemShape& shape, const TimeGrid& grid, std::span<const double> given, double peak,
                std::span<double> times);

/// Whether it is of a state at all. Populations that are no numbers leave sums that are none, or empty ones.
inline bool has_state(const StateReport& report) {
  return report.sums.norm > 0.0 && std::isfinite(report.sums.mean);
}

/// Writes the optimum: its time in units of 1/a_0 and the state there. A time that is not a positive number makes the row `failed`;
/// the state is not looked at then.
void report_optimum(Row& row, const SystemShape& shape, const Optimum& optimum, bool superposed);

/// Puts into the optimum what is better known of it. `superposed`: of its populations alone, which are not all there is then.
void correct_optimum(Row& row, const LittleCharge& little, bool superposed);

/// Makes the row `failed`, for the first reason that is given: nothing is said of its optimum, and there is no bound.
void fail(Row& row, Failure why);

/// The row, and the series where the request has times and `series` is not null, of a system in which nothing moves.
void stand_still(Row& row, const SystemShape& shape, const Request& request, Series* series);

/// A series with room for all times of the request, for a system of `dim` levels; populations where they are asked for.
Series begin_series(const Request& request, std::int64_t dim);

/// Writes states at successive times of a series, and the bounds on their errors, from its time number `first` on.
void put_samples(Series& series, std::size_t first, const AbsoluteUnits& units, const ReportedStates& states,
                 std::span<const double> error_bound);

/// Puts into a series what is better known of the state at one of its times; `superposed`: see correct_optimum().
void correct_sample(Series& series, std::size_t time, const LittleCharge& little, double omega_b, bool superposed);

/// Makes all that the series says of the state at one of its times NaN.
void lose(Series& series, std::size_t time);

/// The same for all times at which an observable exceeds the range of a double; whether there are any.
bool lose_overflow(Series& series, const SystemShape& shape);

/// `ok` and `window-end` become `inaccurate` where error_bound exceeds the tolerance, `failed` where it or an observable of the
/// optimum is no finite number.
void judge(Row& row, const SystemShape& shape, const Request& request);

}  // namespace qbatt
