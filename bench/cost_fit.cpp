#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <ctime>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cost/cost_model.hpp"
#include "qbatt/solve.hpp"
#include "qbatt/version.hpp"

// Fits the constants of src/cost/cost_model.cpp: measures every method on families of systems, on one thread, and prints each
// prediction beside what was measured and then the constants as they stand in the source. Run it on a quiet machine. Methods that
// are named as arguments (together, spectral, chebyshev, dense) are fitted alone.
namespace {

using namespace qbatt;

struct Measurement {
  std::string family;
  CentralSpin system;
  Forecast predicted;
  double seconds;
  std::int64_t n_eig;
};

struct FamilyMember {
  std::string family;
  CentralSpin system;
};

std::vector<FamilyMember> family_members(std::int64_t n) {
  const auto x = static_cast<double>(n);
  return {{"resonant", {n, n, x, 1, 1, 1, 0}},
          {"resonant, N_c = N_b + 1", {n, n + 1, static_cast<double>(n + 1), 1, 1, 1, 0}},
          {"N_c = 100 N_b", {n, 100 * n, static_cast<double>(100 * n), 1, 1, 1, 0}},
          {"m = N_c / 2", {n, 2 * n, x, 1, 1, 1, 0}},
          {"m = (N_b + N_c) / 2", {n, 2 * n, 1.5 * x, 1, 1, 1, 0}},
          {"detuned", {n, n, x, 1.0 + 0.5 * x, 1, 1, 0}},
          {"far detuned", {n, n, x, 1.0 + 2.5 * x, 1, 1, 0}},
          {"Delta = A / 2, mirror", {n, n, x, 1, 1, 1, 0.5}},
          {"Delta = 0.6 A", {n, n + n / 2, static_cast<double>(n + n / 2), 1, 1, 1, 0.6}},
          {"Delta = A", {n, n, x, 1, 1, 1, 1}},
          {"Delta = -A", {n, n + n / 4, static_cast<double>(n + n / 4), 1, 1, 1, -1}},
          {"Delta = 2 A", {n, n + n / 3, static_cast<double>(n + n / 3), 1, 1, 1, 2}},
          {"Delta = 2 A, mirror", {n, n, x, 1, 1, 1, 2}}};
}

/// Nothing but what precedes any state, the first peak, a grid of times in units of it, the largest energy in a window, or a grid
/// of times with observables that sort the populations.
Request make_request(Method method, int kind) {
  Request request;
  request.solver = method.solver;
  request.threads = 1;
  request.tolerance = 1.0;
  request.optimum = kind == 1 ? OptimumRule::first_peak : kind == 3 ? OptimumRule::global : OptimumRule::none;
  if (kind == 2 || kind == 4) {
    request.times = TimeGrid{.start = 0, .stop = 2, .count = 64, .unit = TimeUnit::optimum};
    request.series_observables = {Observable::energy, Observable::entropy};
    if (kind == 4) request.series_observables.push_back(Observable::ergotropy);
  }
  return request;
}

/// Of this process, which others on the machine do not lengthen.
double cpu_seconds() {
  timespec now{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

double seconds_of(const std::vector<CentralSpin>& systems, const Request& request, Table& table) {
  const double start = cpu_seconds();
  table = solve(systems, request);
  return (cpu_seconds() - start) / static_cast<double>(systems.size());
}

Measurement measure(const FamilyMember& member, Method method, const Request& request) {
  constexpr double long_enough = 0.02;
  Table table;
  std::vector<CentralSpin> systems{member.system};
  double best = seconds_of(systems, request, table);
  const auto copies = static_cast<std::size_t>(std::clamp(long_enough / best, 1.0, 4096.0));
  systems.resize(method == Method::together ? std::max<std::size_t>(copies, 64) : copies, member.system);
  constexpr double long_job = 0.2;
  for (int i = 0; i < (best > long_job ? 1 : 3); ++i) best = std::min(best, seconds_of(systems, request, table));
  return {member.family, member.system, forecast(chain_of(member.system), request, method), best, table.rows[0].n_eig};
}

std::vector<std::int64_t> sizes(Method method) {
  if (method == Method::together) return {2, 5, 10, 20, 30};
  if (method == Method::dense) return {40, 100, 250, 600};
  return {40, 100, 300, 1000, 3000, 10000, 30000, 60000};
}

std::vector<Measurement> measure_all(Method method) {
  constexpr std::int64_t longest_global = 300;
  constexpr double too_long = 3;
  std::vector<Measurement> all;
  for (const std::int64_t n : sizes(method)) {
    for (const FamilyMember& member : family_members(n)) {
      for (int kind = 0; kind < 5; ++kind) {
        if (kind == 3 && n > longest_global) continue;
        const Request request = make_request(method, kind);
        if (forecast(chain_of(member.system), request, method).seconds > too_long) continue;
        if (is_small(chain_of(member.system), request) == (method == Method::together))
          all.push_back(measure(member, method, request));
      }
    }
  }
  return all;
}

/// Constants that are not negative with the least sum of (predicted / measured - 1)^2, by coordinate descent.
CostTerms fit(const std::vector<Measurement>& all) {
  CostTerms constants{};
  constexpr int sweeps = 20000;
  for (int sweep = 0; sweep < sweeps; ++sweep) {
    for (std::size_t i = 0; i < cost_terms; ++i) {
      double slope = 0.0;
      double curvature = 0.0;
      for (const Measurement& m : all) {
        double others = 0.0;
        for (std::size_t j = 0; j < cost_terms; ++j) others += j == i ? 0.0 : constants[j] * m.predicted.counts[j];
        const double count = m.predicted.counts[i] / m.seconds;
        slope += count * (1.0 - others / m.seconds);
        curvature += count * count;
      }
      constants[i] = curvature > 0.0 ? std::max(0.0, slope / curvature) : 0.0;
    }
  }
  return constants;
}

std::string_view name_of(Method method) {
  return method == Method::together ? "together" : to_string(method.solver);
}

void report(Method method, const std::vector<Measurement>& all) {
  const CostTerms constants = fit(all);
  for (const Measurement& m : all) {
    double fitted = 0.0;
    for (std::size_t i = 0; i < cost_terms; ++i) fitted += constants[i] * m.predicted.counts[i];
    fmt::print("{},\"{}\",{},{:.3g},{},{:.4g},{:.4g},{:.4g}\n", name_of(method), m.family, m.system.n_b, m.predicted.n_eig, m.n_eig,
               m.predicted.seconds, fitted, m.seconds);
  }
  fmt::print(stderr, "  static constexpr CostTerms {}{{", name_of(method));
  for (std::size_t i = 0; i < cost_terms; ++i) fmt::print(stderr, "{}{:.2g}", i == 0 ? "" : ", ", constants[i]);
  fmt::print(stderr, "}};\n");
}

}  // namespace

int main(int argc, char** argv) {
  const std::span<char*> named(argv + 1, argv + argc);
  fmt::print("# {} {}, {}\nmethod,family,n_b,n_eig_predicted,n_eig,seconds_predicted,seconds_fitted,seconds_measured\n", version(),
             git_revision(), instruction_set());
  for (const Method method : all_methods)
    if (named.empty() || std::ranges::find(named, name_of(method)) != named.end()) report(method, measure_all(method));
  return 0;
}
