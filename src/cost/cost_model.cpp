#include "cost/cost_model.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "chain/semiclassical_spectrum.hpp"
#include "chain/wave_front.hpp"

namespace qbatt {
namespace {

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

/// Counts of a method, and those by which the ladder compares it with others where they differ.
struct Counted {
  Forecast forecast;
  CostTerms compared;

  Counted(const Forecast& counted) : forecast(counted), compared(counted.counts) {}
  Counted(const Forecast& counted, const CostTerms& other) : forecast(counted), compared(other) {}
};

/// What shooting and the search for an optimum work on.
struct SpectralWork {
  double n_eig;
  double held;    ///< of them, see Eigenpairs
  double levels;  ///< kept
  double dim;
  bool folded;
  bool constant_diagonal;
  bool cross;           ///< even pairs meet only odd ones in the energy
  double components;    ///< of the state at a level
  double grid;          ///< states of a grid of times
  double optimum;       ///< 1 where one is searched for, else 0
  double searched;      ///< time up to an optimum that is not a global one, in units of 1/a_0
  double global_times;  ///< that a global search looks at
  double sorted;        ///< populations, those of levels that a state has reached
};

double sorted_populations(const LevelChain& chain, const Request& request, const WaveFront& front) {
  const double at_optimum = request.optimum != OptimumRule::none ? 1.0 : 0.0;
  const double in_series = ranked_states(request) - at_optimum;
  const double reached = in_series > 0.0 ? front.expansion(longest_time(chain, request, front)).mean : 0.0;
  return at_optimum * static_cast<double>(chain.dim) + in_series * reached;
}

SpectralWork spectral_work(const Request& request, const SemiclassicalSpectrum& spectrum) {
  const LevelChain& chain = spectrum.chain();
  const WaveFront front(spectrum);
  const bool constant = chain.constant_diagonal;
  const double n_eig = spectrum.wanted_pairs();
  const bool first = wants_peak(request) && request.optimum != OptimumRule::global;
  return {.n_eig = n_eig,
          .held = constant ? 0.5 * n_eig : n_eig,
          .levels = static_cast<double>(spectrum.levels()),
          .dim = static_cast<double>(chain.dim),
          .folded = spectrum.folded(),
          .constant_diagonal = constant,
          .cross = spectrum.folded() && !(constant && chain.dim % 2 == 0),
          .components = (spectrum.folded() ? 2.0 : 1.0) * (constant ? 1.0 : 2.0),
          .grid = grid_states(request),
          .optimum = wants_peak(request) ? 1.0 : 0.0,
          .searched = first ? expected_peak(request, front) : 0.0,
          .global_times = global_samples(chain, request, front),
          .sorted = sorted_populations(chain, request, front)};
}

/// The energy as a quadratic form of the pairs that matter to it, see EnergyModel.
struct EnergyMatrix {
  double entries;   ///< that a time takes, the phase factors of the pairs counted as some more
  double products;  ///< of two pairs that are summed at each level, the vectors of the pairs counted likewise
};

/// Of the pairs held those that matter to the energy: few where their weights fall off exponentially, as with a full charger, more
/// where they do like a Gaussian, and then there are many pairs.
double pairs_of_energy(double held) {
  constexpr double exponential = 0.48;
  constexpr double gaussian = 0.615;
  return held * std::lerp(exponential, gaussian, std::clamp(held / 200.0 - 1.0, 0.0, 1.0));
}

/// Where more pairs matter, a band of the matrix is summed.
constexpr double most_matrix_pairs = 512;

EnergyMatrix whole_matrix(const SpectralWork& w, double pairs) {
  constexpr double phases = 16;
  constexpr double vectors = 24;
  const double entries = (w.cross ? 0.25 : 1.0) * pairs * pairs;
  const double products = w.cross ? entries : 0.5 * entries;
  return {entries + phases * pairs, products + vectors * pairs};
}

/// Products are those of all widths that are tried, one to three, each with the vectors anew. At resonance, away from the mirror
/// symmetry, the band is wide: near lambda = 0 the motion reaches the ends of the chain, where it turns sharply.
EnergyMatrix band_of_matrix(const SpectralWork& w, double pairs) {
  constexpr double crossed = 56;
  constexpr double resonant = 140;
  constexpr double others = 66;
  if (w.cross) return {42.0 * pairs, crossed * pairs};
  return {80.0 * pairs, (w.constant_diagonal ? resonant : others) * pairs};
}

EnergyMatrix energy_matrix(const SpectralWork& w) {
  const double pairs = pairs_of_energy(w.held);
  return pairs <= most_matrix_pairs ? whole_matrix(w, pairs) : band_of_matrix(w, pairs);
}

/// Looked at by a search for a first peak: its step grows from the shortest that may matter, and then some times a unit of time.
double searched_times(const SpectralWork& w) {
  constexpr double until_steps_are_long = 40;
  return w.optimum > 0.0 && w.searched > 0.0 ? until_steps_are_long + w.searched : 0.0;
}

CostTerms spectral_counts(const SpectralWork& w) {
  const EnergyMatrix energy = energy_matrix(w);
  const double alone = 1.0 + w.optimum;  // the start is formed too, which certifies the pairs
  // Of many times at once a pair adds to the components of its own parity alone, with one phase function where those of a level and
  // its mirror level are the same.
  const double functions = w.constant_diagonal && (w.cross || !w.folded) ? 1.0 : 2.0;
  const double added = (alone * w.components + w.grid * functions) * w.held;
  return {1.0,
          w.held,
          w.constant_diagonal ? 0.0 : w.held * w.levels,
          w.held * w.levels,
          w.optimum * energy.products * w.levels,
          (alone + w.grid) * w.components * w.levels,
          added * w.levels,
          w.global_times * energy.entries,
          w.sorted,
          searched_times(w) * energy.entries};
}

/// What Forecast::compared_seconds counts, and its memory: a matrix of all pairs held.
struct ComparedMatrix {
  static constexpr double most_pairs = 512;
  static constexpr double band_pairs = 72;
  static constexpr double tile_waste = 64;

  bool whole;
  double width;
  double entries;
  double products;

  explicit ComparedMatrix(const SpectralWork& w)
      : whole(w.held <= most_pairs),
        width(whole ? w.held : 2.0 * band_pairs),
        entries(w.optimum * w.held * width),
        products(entries * (1.0 + (whole ? tile_waste / w.held : 0.0)) * (w.folded ? 0.5 : 1.0)) {}
};

CostTerms compared_spectral_counts(const SpectralWork& w) {
  const ComparedMatrix matrix(w);
  const double components = (w.grid + w.optimum) * w.components;
  return {1.0,
          w.held,
          w.constant_diagonal ? 0.0 : w.levels,
          w.held * w.levels,
          matrix.products * w.levels,
          components * w.levels,
          components * w.levels * w.held,
          w.global_times * w.held * matrix.width};
}

Counted count_spectral(const Request& request, const SemiclassicalSpectrum& spectrum) {
  const SpectralWork w = spectral_work(request, spectrum);
  const ComparedMatrix matrix(w);
  return {{.n_eig = w.n_eig,
           .bytes = 64.0 * std::min(w.levels, most_cached_levels) + (w.dim > most_sorted_levels ? ranking_bytes : 0.0) +
                    16.0 * matrix.entries + (matrix.whole ? 0.0 : checkpoint_bytes * w.held),
           .counts = spectral_counts(w)},
          compared_spectral_counts(w)};
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
double seconds_of(const CostTerms& counts, const CostTerms& constants) {
  constexpr double most = 1e300;
  double seconds = 0.0;
  for (std::size_t i = 0; i < cost_terms; ++i)
    if (constants[i] > 0.0) seconds += constants[i] * counts[i];
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

Counted count(const Request& request, Method method, const SemiclassicalSpectrum& spectrum) {
  switch (method.solver) {
    case Solver::automatic:
    case Solver::spectral:
      if (method.side_by_side) return count_together(spectrum.chain(), request);
      return count_spectral(request, spectrum);
    case Solver::chebyshev:
      return count_chebyshev(request, spectrum);
    case Solver::dense:
      break;
  }
  return count_dense(request, spectrum);
}

/// The one spectrum serves both methods.
Forecast forecast(const Request& request, Method method, const SemiclassicalSpectrum& spectrum) {
  Counted counted = count(request, method, spectrum);
  Forecast& f = counted.forecast;
  f.method = method;
  f.seconds = seconds_of(f.counts, cost_constants(method));
  f.compared_seconds = seconds_of(counted.compared, compared_constants(method));
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
              "pair level, the diagonal not constant",
              "pair level",
              "product level of the matrix",
              "state level",
              "state pair level",
              "sample entry of the matrix",
              "sorted population",
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
  static constexpr CostTerms spectral{1.1e-05, 8.6e-07, 1e-09, 1.7e-09, 6.4e-11, 2.6e-09, 4.1e-11, 3.8e-10, 1.6e-08, 8.7e-10};
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
