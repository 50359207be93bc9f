#include "cost/device_cost.hpp"

#include "cost/cost_model.hpp"

namespace qbatt {
namespace {

// Which of the counts of a forecast: see cost_term_names().
constexpr std::size_t pair_levels = 3;
constexpr std::size_t order_levels = 3;
constexpr std::size_t cubed_levels = 2;

double of_spectral(const LevelChain& chain, const Request& request) {
  constexpr double passes = 4;
  const double both_signs = chain.constant_diagonal ? 2 : 1;  // the CPU holds one of each +-lambda
  return instructions_a_lane_level * passes * both_signs * forecast(chain, request, Method::spectral).counts[pair_levels];
}

}  // namespace

double least_fp64_instructions(const CentralSpin& system, const Request& request) {
  constexpr double an_order_and_level = 3;
  constexpr double reduction = 2.0 / 3.0;
  const LevelChain chain = chain_of(system);
  if (chain.rabi == 0.0) return 0.0;
  switch (request.solver) {
    case Solver::dense:
      return reduction * forecast(chain, request, Method::dense).counts[cubed_levels];
    case Solver::chebyshev:
      return an_order_and_level * forecast(chain, request, Method::chebyshev).counts[order_levels];
    default:
      return of_spectral(chain, request);
  }
}

}  // namespace qbatt
