#include "charge/ladder.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "model/ensemble.hpp"

namespace qbatt {
namespace {

/// Whether an expansion may come first at all: never measured on shorter chains, where the question would cost more than it saves.
bool may_expand_first(const LevelChain& chain, const Request& request) {
  constexpr std::int64_t fewest_levels = 1000;
  return request.solver == Solver::automatic && request.optimum != OptimumRule::global && chain.dim > fewest_levels &&
         chain.rabi != 0.0;
}

constexpr double refused = 0.15;  // of the asymmetric systems with |Delta| > |A|, by the certificate

// Where the wells to both sides of a barrier are nearly alike, eigenvalues come in pairs so close that it takes more passes to tell
// them apart, and the certificate refuses what comes of it; measured on N_c = N_b + 1 to N_b + 100 at Delta = 2 A.
constexpr double passes_to_tell_apart = 2.2;
constexpr double all_refused = 5.0;

/// Levels between the middle of the chain and that of its diagonal k (delta + Delta (kappa - 2k)), Delta not 0.
double distance_from_mirror(const LevelChain& chain) {
  const kernels::ChainModel& model = chain.model;
  const double middle_of_diag = 0.25 * (model.kappa + model.detuning / model.ising);
  return std::max(0.25, std::abs(middle_of_diag - 0.5 * static_cast<double>(chain.dim - 1)));
}

bool expands_first(const LevelChain& chain, const Request& request, const Outlook& outlook) {
  constexpr double worth_it = 0.5;    // predictions are good to a factor of two
  constexpr double rounding = 1e-14;  // the bound of an expansion grows by less than this with each of its polynomials
  const bool precise = rounding * outlook.polynomials() <= request.tolerance.value_or(default_tolerance(chain.dim));
  const double shooting =
      outlook.spectral.compared_seconds + (chain.shooting_is_safe ? 0.0 : refused * outlook.chebyshev.compared_seconds);
  return may_expand_first(chain, request) && precise && outlook.chebyshev.compared_seconds <= worth_it * shooting;
}

/// The ladder of `automatic` from its first rung on.
std::vector<Method> automatic_methods(const LevelChain& chain, const Request& request, const Offer& offer) {
  constexpr std::int64_t quick = 256;  // levels up to which dense takes less than a second
  constexpr std::int64_t slow = 3000;  // levels beyond which dense takes minutes
  const bool dense = chain.dim <= slow && offer.takes(Method::dense, chain);
  if (dense && chain.dim <= quick) return {Method::spectral, Method::dense};
  std::vector<Method> methods{Method::spectral};
  if (offer.takes(Method::chebyshev, chain)) methods.push_back(Method::chebyshev);
  if (!offer.known_to_costs) {
    if (dense) methods.push_back(Method::dense);
    return methods;
  }
  const Outlook o = outlook(chain, request);
  const bool expansion_first = expands_first(chain, request, o);
  if (expansion_first) std::ranges::reverse(methods);
  if (dense) {
    const bool soon = !expansion_first && forecast(chain, request, Method::dense).compared_seconds < o.chebyshev.compared_seconds;
    methods.insert(soon ? methods.begin() + 1 : methods.end(), Method::dense);
  }
  return methods;
}

}  // namespace

Method first_method(const LevelChain& chain, const Request& request, const Offer& offer) {
  if (request.solver != Solver::automatic && request.solver != Solver::spectral) return {request.solver};
  if (offer.together && is_small(chain, request)) return Method::together;
  const bool ask = offer.known_to_costs && may_expand_first(chain, request);
  return ask && expands_first(chain, request, outlook(chain, request)) ? Method::chebyshev : Method::spectral;
}

std::vector<Method> later_methods(const LevelChain& chain, const Request& request, const Offer& offer, Method first) {
  std::vector<Method> methods{Method::spectral};
  if (request.solver == Solver::automatic) methods = automatic_methods(chain, request, offer);
  if (first != Method::together) methods.erase(methods.begin());
  return methods;
}

bool is_refused(double pair_defect, double error_bound) {
  constexpr double wrong_pairs = 1e-11;  // well above what rounding leaves of the first term, well below any tolerance in use
  const double rounding = error_bound - pair_defect;
  return !(pair_defect <= wrong_pairs || pair_defect <= rounding);
}

double expansion_limit(const Request& request) {
  constexpr double some_ten_seconds = 3e10;
  return request.solver == Solver::chebyshev ? std::numeric_limits<double>::infinity() : some_ten_seconds;
}

Forecast forecast(const LevelChain& chain, const Request& request) {
  const Offer cpu{.together = true, .known_to_costs = true, .takes = [](Method, const LevelChain&) { return true; }};
  Forecast whole;
  if (may_expand_first(chain, request)) {
    const Outlook o = outlook(chain, request);
    whole = expands_first(chain, request, o) ? o.chebyshev : o.spectral;
  } else {
    whole = forecast(chain, request, first_method(chain, request, cpu));
  }
  whole.dim = chain.dim;
  if (chain.shooting_is_safe || chain.rabi == 0.0 || whole.method != Method::spectral) return whole;
  const double apart = distance_from_mirror(chain);
  whole.seconds *= 1.0 + passes_to_tell_apart / apart;
  if (const auto later = later_methods(chain, request, cpu, whole.method); !later.empty())
    whole.seconds += (apart < all_refused ? 1.0 : refused) * forecast(chain, request, later.front()).seconds;
  return whole;
}

Forecast forecast(const CentralSpin& system, const Request& request) {
  if (system.is_chain()) return forecast(chain_of(system), request);
  constexpr std::size_t most_looked_at = 16;
  const Ensemble ensemble = ensemble_of(system);
  const std::vector<Sector>& sectors = ensemble.sectors;
  const std::size_t step = (sectors.size() + most_looked_at - 1) / most_looked_at;
  Forecast all;
  std::size_t looked_at = 0;
  for (std::size_t s = step / 2; s < sectors.size(); s += step, ++looked_at) {
    const Forecast one = forecast(chain_of(system_of(system, sectors[s])), request);
    all.method = one.method;
    all.n_eig += one.n_eig;
    all.seconds += one.seconds;
    all.bytes += one.bytes;
  }
  const double share = static_cast<double>(sectors.size()) / static_cast<double>(looked_at);
  all.chains = static_cast<double>(sectors.size());
  all.dim = dim_of(system, ensemble);
  all.n_eig *= share;
  all.seconds *= share;
  all.bytes *= share;
  return all;
}

}  // namespace qbatt
