#include "solve/forecast.hpp"

#include "solve/plan.hpp"

namespace qbatt {
namespace {

// Fitted to single-thread runs of `qbatt sweep` from 5 to 10^6 levels, resonant and Ising, with and without time series.
constexpr double seconds_per_system = 3e-5;
constexpr double seconds_per_lane_level = 3.5e-9;
constexpr double seconds_per_state = 5e-7;
constexpr double seconds_per_lane_level_of_a_state = 1e-10;
constexpr double bytes_per_level = 64;

Forecast forecast_dense(double levels) {
  // Reduction and eigenvectors of dsyevd, and what is quadratic; matrix, eigenvectors and workspace.
  return {.n_eig = levels, .seconds = 1.5e-10 * levels * levels * levels + 8e-8 * levels * levels, .bytes = 24 * levels * levels};
}

}  // namespace

Forecast forecast(const CentralSpin& system, const Request& request) {
  if (system.rabi() == 0) return {.seconds = seconds_per_system};
  const auto levels = static_cast<double>(system.dim());
  const double states = request.times ? static_cast<double>(request.times->count) : 0.0;
  const double cost = predicted_cost(system);
  Forecast result =
      request.solver == Solver::dense
          ? forecast_dense(levels)
          : Forecast{.n_eig = predicted_pairs(system), .seconds = seconds_per_lane_level * cost, .bytes = bytes_per_level * levels};
  result.seconds += seconds_per_system + states * (seconds_per_state + seconds_per_lane_level_of_a_state * cost);
  return result;
}

}  // namespace qbatt
