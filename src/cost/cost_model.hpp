#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "model/level_chain.hpp"
#include "qbatt/solve.hpp"

// What a system will take on the CPU, before it is solved: the one place that the ladder of solvers,
// the order of work and a dry run ask.
namespace qbatt {

/// Ways to solve a system that cost differently: `together` is `spectral` for systems of a few levels side by side.
enum class Method { together, spectral, chebyshev, dense };
inline constexpr std::array all_methods{Method::together, Method::spectral, Method::chebyshev, Method::dense};

/// Up to here the eigenpairs of all levels cost less than matched shooting.
inline constexpr std::int64_t most_small_levels = 32;

/// Whether Method::together is for the system, which depends on nothing but itself and the request.
bool is_small(const LevelChain& chain, const Request& request);

/// A method's seconds are a sum of this many terms, each a count of something it does times a constant; unused ones are 0.
inline constexpr std::size_t cost_terms = 8;
using CostTerms = std::array<double, cost_terms>;

/// What each count of a method counts, in words; empty where a term is unused.
std::array<std::string_view, cost_terms> cost_term_names(Method method);

/// Seconds of one core of a server of 2024 with 512-bit vectors for one of each count, as fitted by bench/cost_fit.cpp.
const CostTerms& cost_constants(Method method);

/// A prediction; seconds and memory of other machines are within a factor of a few.
struct Forecast {
  Method method = Method::spectral;
  double n_eig = 0;    ///< eigenpairs
  double seconds = 0;  ///< of one core, the optimum and the states at the request's times included
  double bytes = 0;    ///< working memory
  CostTerms counts{};  ///< seconds is their product with cost_constants(method)
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

}  // namespace qbatt
