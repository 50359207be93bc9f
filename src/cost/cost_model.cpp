#include "cost/cost_model.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "chain/semiclassical_spectrum.hpp"
#include "chain/wave_front.hpp"

namespace qbatt {
namespace {

/// Where more pairs carry the state, spectral searches the optimum on a band of the matrix of the energy, about as wide as this.
constexpr double most_matrix_pairs = 512;
constexpr double band_pairs = 72;
constexpr double tile_waste = 64;
constexpr double most_quadrature_nodes = 192;
/// Longer chains compute their coefficients anew, and count their populations instead of sorting them.
constexpr double most_cached_levels = 1 << 18;
constexpr double most_sorted_levels = 1 << 20;
constexpr double ranking_bytes = 7e7;
/// Vectors of a pair at the boundaries of superblocks, for all pairs and again for those of the band.
constexpr double checkpoint_bytes = 2.0 * 48.0 * 256.0;

bool wants_peak(const Request& request) {
  return request.optimum != OptimumRule::none || (request.times && request.times->unit == TimeUnit::optimum);
}

double grid_states(const Request& request) {
  return request.times ? static_cast<double>(request.times->count) : 0.0;
}

/// States whose populations are sorted, for the ergotropy: that of the optimum, and those of a series that asks for it.
double ranked_states(const Request& request) {
  const std::vector<Observable>& wanted = request.series_observables;
  const bool ranked = wanted.empty() || std::ranges::any_of(wanted, [](Observable o) {
                        return o == Observable::ergotropy || o == Observable::capacity;
                      });
  return (request.optimum != OptimumRule::none ? 1.0 : 0.0) + (ranked ? grid_states(request) : 0.0);
}

/// Times that a global search looks at: some two and a half a unit of time, more where the second level is far from the first.
double global_samples(const LevelChain& chain, const Request& request, const WaveFront& front) {
  return request.optimum == OptimumRule::global
             ? 2.5 * request.window * front.transit_time() * std::hypot(1.0, kernels::diag(chain.model, 1.0))
             : 0.0;
}

/// Where the optimum is expected that is not a global one, in units of 1/a_0.
double expected_peak(const Request& request, const WaveFront& front) {
  constexpr double power_peaks_earlier = 0.65;  // 0.35 for few excitations in many spins, 0.74 for two levels
  return (request.optimum == OptimumRule::power ? power_peaks_earlier : 1.0) * front.first_peak();
}

/// The longest time that is looked at, in units of 1/a_0, the window of a global search left out.
double longest_time(const LevelChain& chain, const Request& request, const WaveFront& front) {
  const double peak = wants_peak(request) && request.optimum != OptimumRule::global ? expected_peak(request, front) : 0.0;
  if (!request.times) return peak;
  const double unit = request.times->unit == TimeUnit::rabi       ? 1.0
                      : request.times->unit == TimeUnit::absolute ? chain.rabi
                                                                  : expected_peak(request, front);
  return std::max(peak, request.times->stop * unit);
}

Forecast count_together(const LevelChain& chain, const Request& request) {
  const auto d = static_cast<double>(chain.dim);
  const double peaks = wants_peak(request) ? 1.0 : 0.0;
  return {.n_eig = d,
          .bytes = 1e4 * d,
          .counts = {1.0, d, d * d * d, grid_states(request) * d, peaks, peaks * d, ranked_states(request) * d}};
}

Forecast count_spectral(const Request& request, const SemiclassicalSpectrum& spectrum) {
  const LevelChain& chain = spectrum.chain();
  const double n_eig = spectrum.wanted_pairs();
  const double held = chain.constant_diagonal ? 0.5 * n_eig : n_eig;
  const auto levels = static_cast<double>(spectrum.levels());
  const double components = (spectrum.folded() ? 2.0 : 1.0) * (chain.constant_diagonal ? 1.0 : 2.0);
  const bool on_matrix = held <= most_matrix_pairs;
  const double width = on_matrix ? held : 2.0 * band_pairs;
  const double matrix = wants_peak(request) ? held * width : 0.0;
  // Products of pairs; folded, of opposite parity alone. What tiles waste at the edges is as good as tile_waste more pairs.
  const double products = matrix * (1.0 + (on_matrix ? tile_waste / held : 0.0)) * (spectrum.folded() ? 0.5 : 1.0);
  const double states = grid_states(request) + (wants_peak(request) ? 1.0 : 0.0);
  const WaveFront front(spectrum);
  // A search looks at some times a unit of time.
  const double searched = wants_peak(request) && request.optimum != OptimumRule::global ? expected_peak(request, front) : 0.0;
  const auto dim = static_cast<double>(chain.dim);
  return {.n_eig = n_eig,
          .bytes = 64.0 * std::min(levels, most_cached_levels) + (dim > most_sorted_levels ? ranking_bytes : 0.0) + 16.0 * matrix +
                   (on_matrix ? 0.0 : checkpoint_bytes * held),
          .counts = {1.0, held, chain.constant_diagonal ? 0.0 : levels, held * levels, products * levels,
                     states * components * levels, states * components * levels * held,
                     global_samples(chain, request, front) * held * width, ranked_states(request) * dim, searched * held * width}};
}

Forecast count_chebyshev(const Request& request, const SemiclassicalSpectrum& spectrum) {
  const LevelChain& chain = spectrum.chain();
  const WaveFront front(spectrum);
  const WaveFront::Expansion all = front.expansion(longest_time(chain, request, front));
  const double window = request.optimum == OptimumRule::global ? request.window * front.transit_time() : 0.0;
  const WaveFront::Expansion searched = front.expansion(window);
  const double nodes = std::min(static_cast<double>(chain.dim), most_quadrature_nodes);
  const double half = chain.constant_diagonal ? 0.5 : 1.0;
  return {.bytes = 300.0 * std::max(all.levels, searched.levels),
          .counts = {1.0, nodes * nodes, all.phase, half * all.work, grid_states(request) * all.levels,
                     global_samples(chain, request, front) * searched.levels}};
}

Forecast count_dense(const Request& request, const SemiclassicalSpectrum& spectrum) {
  const LevelChain& chain = spectrum.chain();
  const auto d = static_cast<double>(chain.dim);
  const double states = grid_states(request) + global_samples(chain, request, WaveFront(spectrum));
  return {.n_eig = d, .bytes = 24.0 * d * d, .counts = {1.0, d * d, d * d * d, states * d * d, ranked_states(request) * d}};
}

/// At most a number beyond all others, where extreme couplings leave the range of a double.
double seconds_of(const Forecast& f, const CostTerms& constants) {
  constexpr double most = 1e300;
  double seconds = 0.0;
  for (std::size_t i = 0; i < cost_terms; ++i)
    if (constants[i] > 0.0) seconds += constants[i] * f.counts[i];
  return seconds < most ? seconds : most;
}

/// See Forecast::compared_seconds.
const CostTerms& compared_constants(Method method) {
  static constexpr CostTerms together{5.5e-08, 2e-08, 1.2e-10, 2.9e-09, 4.7e-07, 1e-07};
  static constexpr CostTerms spectral{1.5e-06, 9e-07, 1.3e-07, 8e-10, 1.2e-11, 1.5e-09, 1.4e-11, 3.8e-11};
  static constexpr CostTerms chebyshev{2.5e-05, 3.3e-08, 3.8e-07, 6.1e-10, 4.1e-08, 7.9e-08};
  static constexpr CostTerms dense{3.2e-05, 4.6e-08, 6.5e-11, 1.8e-10};
  if (method == Method::together) return together;
  if (method == Method::chebyshev) return chebyshev;
  return method == Method::dense ? dense : spectral;
}

/// The one spectrum serves both methods.
Forecast forecast(const Request& request, Method method, const SemiclassicalSpectrum& spectrum) {
  Forecast f;
  switch (method.solver) {
    case Solver::automatic:
    case Solver::spectral:
      f = method.side_by_side ? count_together(spectrum.chain(), request) : count_spectral(request, spectrum);
      break;
    case Solver::chebyshev:
      f = count_chebyshev(request, spectrum);
      break;
    case Solver::dense:
      f = count_dense(request, spectrum);
      break;
  }
  f.method = method;
  f.seconds = seconds_of(f, cost_constants(method));
  f.compared_seconds = seconds_of(f, compared_constants(method));
  return f;
}

}  // namespace

std::array<std::string_view, cost_terms> cost_term_names(Method method) {
  switch (method.solver) {
    case Solver::automatic:
    case Solver::spectral:
      if (method.side_by_side) return {"system", "level", "level^3", "state level", "peak", "peak level", "sorted level"};
      return {"system",
              "pair",
              "level, the diagonal not constant",
              "pair level",
              "product level of the matrix",
              "state level",
              "state pair level",
              "sample entry of the matrix",
              "sorted level",
              "search entry of the matrix"};
    case Solver::chebyshev:
      return {"system", "quadrature node^2", "order", "order level", "state level", "sample level"};
    case Solver::dense:
      break;
  }
  return {"system", "level^2", "level^3", "state level^2", "sorted level"};
}

const CostTerms& cost_constants(Method method) {
  static constexpr CostTerms together{2.6e-07, 1.1e-08, 3.1e-10, 5.3e-09, 4.1e-07, 1.7e-07, 1.4e-09};
  static constexpr CostTerms spectral{7.4e-06, 1.2e-06, 1e-07, 2e-09, 1.4e-11, 2.2e-09, 5.5e-11, 6.1e-11, 1e-08, 2.2e-10};
  static constexpr CostTerms chebyshev{3.1e-05, 3.5e-08, 3.5e-07, 1.2e-09, 5.9e-08, 1.2e-07};
  static constexpr CostTerms dense{4.2e-05, 5.5e-08, 7.2e-11, 2e-10, 1.7e-08};
  switch (method.solver) {
    case Solver::automatic:
    case Solver::spectral:
      return method.side_by_side ? together : spectral;
    case Solver::chebyshev:
      return chebyshev;
    case Solver::dense:
      break;
  }
  return dense;
}

bool is_small(const LevelChain& chain, const Request& request) {
  const bool solver = request.solver == Solver::automatic || request.solver == Solver::spectral;
  return solver && request.optimum != OptimumRule::global && chain.dim >= 2 && chain.dim <= most_small_levels && chain.rabi != 0.0;
}

Forecast forecast(const LevelChain& chain, const Request& request, Method method) {
  if (chain.rabi == 0.0)
    return {.method = method, .seconds = cost_constants(method)[0], .compared_seconds = compared_constants(method)[0]};
  return forecast(request, method, SemiclassicalSpectrum(chain));
}

Outlook outlook(const LevelChain& chain, const Request& request) {
  const SemiclassicalSpectrum spectrum(chain);
  return {forecast(request, Method::spectral, spectrum), forecast(request, Method::chebyshev, spectrum)};
}

double least_fp64_instructions(const CentralSpin& system, const Request& request) {
  constexpr double passes = 4;
  constexpr double an_order_and_level = 3;
  constexpr double reduction = 2.0 / 3.0;
  const LevelChain chain = chain_of(system);
  if (chain.rabi == 0.0) return 0.0;
  switch (request.solver) {
    case Solver::automatic:
    case Solver::spectral: {
      const double both_signs = chain.constant_diagonal ? 2 : 1;  // the CPU holds one of each +-lambda
      return instructions_a_lane_level * passes * both_signs * forecast(chain, request, Method::spectral).counts[3];
    }
    case Solver::chebyshev:
      return an_order_and_level * forecast(chain, request, Method::chebyshev).counts[3];
    case Solver::dense:
      break;
  }
  return reduction * forecast(chain, request, Method::dense).counts[2];
}

}  // namespace qbatt
