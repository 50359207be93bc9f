#include "solve/forecast.hpp"

#include <algorithm>
#include <cmath>

#include "model/units.hpp"
#include "solve/plan.hpp"

namespace qbatt {
namespace {

// Fitted to single-thread runs of `qbatt sweep` from 5 to 10^6 levels, resonant and Ising, with and without time series.
constexpr double seconds_per_system = 3e-5;
constexpr double seconds_per_lane_level = 3.5e-9;
constexpr double seconds_per_state = 5e-7;
constexpr double seconds_per_lane_level_of_a_state = 1e-10;
constexpr double seconds_per_product_of_dense = 1e-10;
constexpr double seconds_per_product_of_a_model = 1e-10;
constexpr double bytes_per_level = 64;
constexpr double seconds_per_order_and_level = 4e-10;
constexpr double seconds_per_chebyshev_state_and_level = 5e-8;
constexpr double seconds_per_square_of_quadrature = 3e-8;  // nodes, up to 192, that say where the spectrum lies
constexpr double passes_of_a_global_search = 4;            // over the window: a scan, halvings, roots

/// A chain as a particle of energy 0 sees it, in units of a_0: at level k it moves with (4 b_k^2 - diag_k^2)^(1/2) levels a time.
struct Motion {
  double transit_time = 0;  ///< sum_k 1/(2 b_k) over the whole chain
  double time_to_peak = 0;  ///< to the end of the chain or to where the particle turns
  double levels = 1;        ///< up to there
  double half_width = 0;    ///< of the spectrum up to there
};

// Sums over k by strides that grow with the distance from both ends.
Motion motion_of(const CentralSpin& system) {
  constexpr std::int64_t share = 16;
  constexpr double spread = 2;  // of the energies that e_0 holds, about their mean 0
  const auto model = model_in_rabi_units(system);
  Motion motion;
  double lowest = 0;
  double highest = 0;
  bool turned = false;
  const std::int64_t last = system.dim() - 1;
  for (std::int64_t k = 0, stride = 1; k < last; k += stride) {
    stride = std::max<std::int64_t>(1, std::min(k, last - k) / share);
    const double b = model.offdiag(static_cast<double>(k));
    const double diag = model.diag(static_cast<double>(k));
    motion.transit_time += 0.5 * static_cast<double>(stride) / b;
    turned = turned || std::abs(diag) > 2 * b + spread;
    if (turned) continue;
    motion.time_to_peak += static_cast<double>(stride) / std::sqrt(std::max(4 * b * b - diag * diag, 1.0));
    motion.levels = static_cast<double>(k + stride + 1);
    lowest = std::min(lowest, diag - 2 * b);
    highest = std::max(highest, diag + 2 * b);
  }
  motion.half_width = 0.5 * (highest - lowest);
  return motion;
}

double number_of_states(const Request& request) {
  return request.times ? static_cast<double>(request.times->count) : 0.0;
}

/// The longest time of the series, in units of 1/a_0.
double end_of_series(const CentralSpin& system, const Request& request, double peak) {
  if (!request.times) return 0;
  const double stop = request.times->stop;
  return request.times->unit == TimeUnit::absolute ? stop * system.rabi()
         : request.times->unit == TimeUnit::rabi   ? stop
                                                   : stop * peak;
}

Forecast forecast_chebyshev(const CentralSpin& system, const Request& request) {
  const Motion motion = motion_of(system);
  const double peak = 1.2 * motion.time_to_peak + 1;
  const double window = request.optimum == OptimumRule::global ? request.window * motion.transit_time : 0.0;
  const double search = request.optimum == OptimumRule::global       ? passes_of_a_global_search * window
                        : request.optimum == OptimumRule::first_peak ? peak
                                                                     : 0.0;
  const double orders = motion.half_width * (search + end_of_series(system, request, peak));
  const double nodes = static_cast<double>(std::min<std::int64_t>(system.dim(), 192));
  const double vectors = system.constant_diagonal() ? 1 : 2;
  return {.n_eig = 0,
          .seconds = seconds_per_square_of_quadrature * nodes * nodes +
                     seconds_per_order_and_level * orders * motion.levels * vectors +
                     number_of_states(request) * seconds_per_chebyshev_state_and_level * motion.levels,
          .bytes = 2 * bytes_per_level * motion.levels};
}

Forecast forecast_dense(double levels) {
  // Reduction and eigenvectors of dsyevd, and what is quadratic; matrix, eigenvectors and workspace.
  return {.n_eig = levels, .seconds = 1.5e-10 * levels * levels * levels + 8e-8 * levels * levels, .bytes = 24 * levels * levels};
}

/// Times that a global search looks at: some two and a half a unit of time, more where the second level is far from the first.
double global_samples(const CentralSpin& system, const Request& request) {
  const double detuning = model_in_rabi_units(system).diag(1.0);
  return 2.5 * request.window * motion_of(system).transit_time * std::hypot(1.0, detuning);
}

Forecast forecast_pairs(const CentralSpin& system, const Request& request) {
  const auto levels = static_cast<double>(system.dim());
  const double cost = predicted_cost(system);
  const double pairs = predicted_pairs(system);
  const bool dense = request.solver == Solver::dense;
  Forecast result = dense ? forecast_dense(levels)
                          : Forecast{.n_eig = pairs, .seconds = seconds_per_lane_level * cost, .bytes = bytes_per_level * levels};
  if (request.optimum == OptimumRule::global) {
    result.seconds += global_samples(system, request) *
                      (dense ? seconds_per_product_of_dense * levels * levels : seconds_per_product_of_a_model * pairs * pairs);
  }
  result.seconds += number_of_states(request) * (seconds_per_state + seconds_per_lane_level_of_a_state * cost);
  return result;
}

}  // namespace

Forecast forecast(const CentralSpin& system, const Request& request) {
  if (system.rabi() == 0) return {.seconds = seconds_per_system};
  Forecast result = request.solver == Solver::chebyshev ? forecast_chebyshev(system, request) : forecast_pairs(system, request);
  result.seconds += seconds_per_system;
  return result;
}

}  // namespace qbatt
