#include "contract/checksummed_sweeps.hpp"

#include <algorithm>
#include <initializer_list>
#include <iterator>
#include <optional>
#include <utility>

namespace qbatt::test {
namespace {

using enum Parameter;

AxisTexts axes(std::initializer_list<std::pair<Parameter, const char*>> given) {
  AxisTexts texts;
  for (const auto& [parameter, text] : given) texts[static_cast<std::size_t>(parameter)] = text;
  return texts;
}

TimeGrid times(double start, double stop, std::int64_t count, TimeUnit unit) {
  return {.start = start, .stop = stop, .count = count, .unit = unit};
}

Request with_series(const TimeGrid& grid) {
  Request request;
  request.times = grid;
  return request;
}

Request with_populations(const TimeGrid& grid) {
  Request request = with_series(grid);
  request.populations = true;
  return request;
}

Request with_some_series(const TimeGrid& grid, std::vector<Observable> observables) {
  Request request = with_series(grid);
  request.series_observables = std::move(observables);
  return request;
}

Request without_optimum(Request request) {
  request.optimum = OptimumRule::none;
  return request;
}

Request with_global_optimum(double window, std::optional<TimeGrid> grid = std::nullopt) {
  Request request;
  request.optimum = OptimumRule::global;
  request.window = window;
  request.times = grid;
  return request;
}

Request with_tolerance(double tolerance) {
  Request request;
  request.tolerance = tolerance;
  return request;
}

/// No battery that moves, of one level or without coupling, in each unit of time.
std::vector<Sweep> standstill() {
  const AxisTexts still = axes({{n_b, "1,5,40"}, {n_c, "1,8,50"}, {m, "0,nc"}, {coupling, "0"}, {ising, "0,2"}});
  const AxisTexts one_level = axes({{n_b, "1,5,40"}, {n_c, "1,8"}, {m, "0"}, {omega_c, "1,3"}});
  using enum TimeUnit;
  return {{"without_coupling", still, with_populations(times(0, 3, 4, absolute))},
          {"without_coupling_in_rabi_times", still, with_series(times(0, 3, 4, rabi))},
          {"one_level", one_level, with_populations(times(0, 3, 4, optimum))},
          {"one_level_without_optimum", one_level, without_optimum(with_series(times(0, 3, 4, absolute)))}};
}

/// Small and middle sizes of every kind of chain; for implementations that take seconds for what others do in moments, too.
std::vector<Sweep> every_kind() {
  using enum TimeUnit;
  using enum Observable;
  return {
      {"sizes", axes({{n_b, "1:80:6"}, {n_c, "1:90:11"}, {ising, "0,0.3,1.5"}}), with_populations(times(0, 1.5, 4, optimum))},
      {"detuned", axes({{n_b, "1:70:9"}, {n_c, "nb-3:nb+9:4"}, {omega_c, "-20,1.3,60"}, {ising, "0,-0.2"}}),
       with_some_series(times(0.1, 7, 5, rabi), {energy_per_cell, entropy, p_full})},
      {"partly_charged",
       axes({{n_b, "2:60:7"},
             {n_c, "2:80:19"},
             {m, "0.5nc,nc-1"},
             {omega_b, "0.7"},
             {omega_c, "lin:0.5omega-b:2omega-b:3"},
             {coupling, "-0.4,2"},
             {ising, "0,0.1"}}),
       with_populations(times(0, 0.4, 3, absolute))},
      {"mirrored", axes({{n_b, "2:120:14"}, {ising, "-1.2,0.5,2"}}),
       with_some_series(times(0, 2, 5, optimum), {power, purity, variance, ergotropy})},
      {"without_optimum", axes({{n_b, "3:60:10"}, {n_c, "nb+2"}, {m, "nb-2,nb+1"}, {ising, "0,0.4,1.2"}}),
       without_optimum(with_populations(times(0, 2, 5, rabi)))},
      {"times_in_peaks_without_optimum", axes({{n_b, "3:60:10"}, {n_c, "nb+2"}, {omega_c, "1,2"}}),
       without_optimum(with_series(times(0, 1, 3, optimum)))},
      {"little_tolerance", axes({{n_b, "5:60:11"}, {n_c, "nb:nb+7:7"}, {ising, "0,1.4"}}), with_tolerance(2e-13)},
  };
}

/// Levels so far apart that rounding or the range of a double decides: failed rows where `spectral` is asked for. An expansion
/// would be as long as the spectrum is wide.
std::vector<Sweep> far_apart() {
  return {{"far_apart", axes({{n_b, "3,9,40"}, {n_c, "nb+1"}, {omega_c, "1e8,1e80"}, {ising, "0,1e70"}}),
           with_series(times(0, 1, 2, TimeUnit::absolute))}};
}

/// The largest energy in a window: for the CPU.
std::vector<Sweep> global() {
  const TimeGrid peaks = times(0, 1, 3, TimeUnit::optimum);
  return {{"global", axes({{n_b, "1:40:6"}, {n_c, "1:50:9"}, {ising, "0,0.3"}}), with_global_optimum(10)},
          {"global_detuned", axes({{n_b, "1:30:7"}, {n_c, "nb:nb+4:2"}, {omega_c, "2,9"}, {ising, "0,1.4"}}),
           with_global_optimum(4, peaks)}};
}

/// `--nb 1:400 --nc 1:400:7 --ising 0,0.3,1.5` with the first peak, with series and with the largest energy. All 69,600 systems
/// would take half a minute, half a minute and five minutes of one core, most of it where |Delta| > |A|, for systems that fall back
/// to others than the first solver. So each value of Delta has as many battery sizes as a few seconds allow; only the first is
/// whole.
std::vector<Sweep> plane() {
  const char* const chargers = "1:400:7";
  const TimeGrid peaks = times(0, 2, 9, TimeUnit::optimum);
  const auto at = [&](const char* batteries, const char* delta) {
    return axes({{n_b, batteries}, {n_c, chargers}, {ising, delta}});
  };
  return {{"plane_resonant", at("1:400", "0"), {}},
          {"plane_weak_ising", at("1:400:7", "0.3"), {}},
          {"plane_strong_ising", at("1:400:23", "1.5"), {}},
          {"plane_series_resonant", at("1:400:7", "0"), with_series(peaks)},
          {"plane_series_weak_ising", at("1:400:17", "0.3"), with_series(peaks)},
          {"plane_series_strong_ising", at("1:400:53", "1.5"), with_series(peaks)},
          {"plane_global", at("1:400:19", "0,0.3"), with_global_optimum(10)},
          {"plane_global_strong_ising", axes({{n_b, "1:100:19"}, {n_c, "1:120:13"}, {ising, "1.5"}}), with_global_optimum(10)}};
}

/// Chains that the state crosses, of some 10^5 levels: solved by `spectral`.
std::vector<Sweep> long_chains() {
  return {{"hundred_thousand_levels", axes({{n_b, "1e5"}, {n_c, "nb,1.2e5"}, {ising, "0,0.2"}}), {}},
          {"hundred_thousand_levels_series", axes({{n_b, "1e5"}, {n_c, "1.1e5"}}), with_series(times(0, 1, 2, TimeUnit::optimum))}};
}

/// Long chains of which little is reached: `automatic` begins with an expansion.
std::vector<Sweep> little_of_long_chains() {
  return {{"long_doublets", axes({{n_b, "2e4,1e5"}, {n_c, "2.5e4,1.1e5"}, {ising, "1.5,3"}}), {}},
          {"short_times_of_long_chains", axes({{n_b, "1e5"}, {n_c, "nb"}, {omega_c, "1,3e4"}}),
           without_optimum(with_series(times(0, 1, 3, TimeUnit::rabi)))}};
}

/// Chains longer than a tile of the CUDA backend.
std::vector<Sweep> long_chains_on_cuda() {
  return {{"long_chains", axes({{n_b, "1500,3000"}, {n_c, "nb+100"}, {ising, "0,0.3"}}), {}}};
}

/// A chain that the CUDA backend takes alone, in segments.
std::vector<Sweep> longest_chain_on_cuda() {
  return {{"longest_chain", axes({{n_b, "1.4e5"}, {n_c, "1.5e5"}}), {}}};
}

void append(std::vector<Sweep>& all, std::vector<Sweep> more) {
  std::ranges::move(more, std::back_inserter(all));
}

}  // namespace

std::vector<Sweep> checksummed_sweeps(const Implementation& implementation) {
  std::vector<Sweep> all = standstill();
  append(all, every_kind());
  const bool cpu = implementation.backend == "cpu";
  const bool automatic = implementation.solver == Solver::automatic;
  const bool spectral = implementation.solver == Solver::spectral;
  const bool dense = implementation.solver == Solver::dense;
  if (automatic || spectral || dense) append(all, far_apart());
  if (cpu) append(all, global());
  if (cpu && !dense) append(all, little_of_long_chains());
  if (cpu && automatic) {
    append(all, plane());
    append(all, long_chains());
  }
  if (!cpu && !dense) append(all, long_chains_on_cuda());
  if (implementation.backend == "cuda_on_host" && spectral) append(all, longest_chain_on_cuda());
  return all;
}

}  // namespace qbatt::test
