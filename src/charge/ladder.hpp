#pragma once

#include <functional>
#include <vector>

#include "cost/cost_model.hpp"
#include "qbatt/solve.hpp"

// Which solver a chain is given to first, which next, and when a result stands: decided here for every backend.
namespace qbatt {

/// What a backend has to offer.
struct Offer {
  bool together;        ///< Method::together
  bool known_to_costs;  ///< the cost model speaks of it: an expansion that is cheaper may come first
  /// Whether the method is there and has the room for the chain; not asked for `together` and `spectral`.
  std::function<bool(Method method, const LevelChain& chain)> takes;
};

/// The first method for a chain. Where the request names a solver it is that one, `together` in the place of `spectral` for a
/// chain of a few levels; `automatic` begins with `spectral` too, or with `chebyshev` where that is predicted to cost less than
/// half, what may have to follow where shooting is not safe included.
Method first_method(const LevelChain& chain, const Request& request, const Offer& offer);

/// What `first` is followed by, in this order, as long as results are refused. Only `automatic` goes on to other solvers: the
/// cheaper first, `dense` only where it takes no minutes. Behind `dense` a short chain needs no other: where the rounding of |H| t
/// spoils its bound, an expansion of order |H| t does no better, and may take the whole of its limit.
std::vector<Method> later_methods(const LevelChain& chain, const Request& request, const Offer& offer, Method first);

/// Whether a result is refused, since wrong or missing pairs, and not rounding, spoil it: `pair_defect` is the certificate without
/// rounding, `error_bound` all of it; both NaN where there is no result.
bool is_refused(double pair_defect, double error_bound);

/// Levels times orders that `chebyshev` may spend on one system: without limit where it is asked for by name, else some ten
/// seconds.
double expansion_limit(const Request& request);

/// What a system takes on the CPU by the method that is tried first.
Forecast forecast(const LevelChain& chain, const Request& request);
Forecast forecast(const CentralSpin& system, const Request& request);

}  // namespace qbatt
