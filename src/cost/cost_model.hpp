#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <utility>

#include "model/level_chain.hpp"
#include "qbatt/solve.hpp"

// What a system will take on the CPU, before it is solved: the one place that the ladder of solvers,
// the order of work and a dry run ask.
namespace qbatt {

/// A way to solve a chain: by one of the solvers, on its own or, in `together`, many chains of a few levels side by side.
struct Method {
  Solver solver;
  bool side_by_side = false;

  bool operator==(const Method&) const = default;
  /// `together` and what is like it stand behind the same solver on its own.
  bool operator<(const Method& other) const {
    return std::pair(solver, side_by_side) < std::pair(other.solver, other.side_by_side);
  }

  static const Method together;
  static const Method spectral;
  static const Method chebyshev;
  static const Method dense;
};
inline constexpr Method Method::together{Solver::spectral, true};
inline constexpr Method Method::spectral{Solver::spectral};
inline constexpr Method Method::chebyshev{Solver::chebyshev};
inline constexpr Method Method::dense{Solver::dense};
inline constexpr std::array all_methods = [] {
  std::array<Method, all_solvers.size()> methods{Method::together};
  std::size_t count = 1;
  for (const Solver solver : all_solvers)
    if (solver != Solver::automatic) methods[count++] = {solver};
  return methods;
}();

/// Up to here the eigenpairs of all levels cost less than matched shooting.
inline constexpr std::int64_t most_small_levels = 32;

/// Whether Method::together is for the system, which depends on nothing but itself and the request.
bool is_small(const LevelChain& chain, const Request& request);

/// A method's seconds are a sum of this many terms, each a count of something it does times a constant; unused ones are 0.
inline constexpr std::size_t cost_terms = 10;
using CostTerms = std::array<double, cost_terms>;

/// What each count of a method counts, in words; empty where a term is unused.
std::array<std::string_view, cost_terms> cost_term_names(Method method);

/// Seconds of one core of an AMD EPYC of 2024 with the instruction set x86-64-v3 for one of each count, as fitted by
/// bench/cost_fit.cpp.
const CostTerms& cost_constants(Method method);

/// A prediction; seconds and memory of other machines are within a factor of a few.
struct Forecast {
  Method method = Method::spectral;
  double chains = 1;     ///< of levels
  std::int64_t dim = 1;  ///< of the largest of them
  double n_eig = 0;      ///< eigenpairs, of all of them
  double seconds = 0;    ///< of one core, the optimum and the states at the request's times included
  /// What the ladder compares methods by: a sum of fewer terms, with counts and constants of their own. It decides which solver
  /// computes a row, so it stays as it is where the prediction gets better.
  double compared_seconds = 0;
  double bytes = 0;    ///< working memory
  CostTerms counts{};  ///< `seconds` is their product with cost_constants(method)
};

/// What a chain takes by a given method.
Forecast forecast(const LevelChain& chain, const Request& request, Method method);

/// The two methods that every chain can be solved by, from one look at its spectrum.
struct Outlook {
  Forecast spectral;
  Forecast chebyshev;

  /// Of the expansions up to the longest time.
  [[nodiscard]] double polynomials() const { return chebyshev.counts[2]; }
};
Outlook outlook(const LevelChain& chain, const Request& request);

/// FP64 instructions that one step of the shooting recurrence takes a lane and level: the sum of squares, lambda gain + shift, back
/// times the value behind, and their sum.
inline constexpr double instructions_a_lane_level = 4;

/// FP64 instructions that the eigenpairs of a system, or its expansion, take at least on a GPU by the solver that the request names
/// (`automatic`: spectral), a multiply-add counted once: what any implementation of these methods must do. States, observables and
/// certificates come on top.
///   spectral    4 passes of every pair through the kept levels: grid, one refinement at least, both to the bond and for the vector
///   chebyshev   3 an order and level: two neighbors, and the sum
///   dense       2/3 d^3: the reduction to tridiagonal form
double least_fp64_instructions(const CentralSpin& system, const Request& request);

}  // namespace qbatt
