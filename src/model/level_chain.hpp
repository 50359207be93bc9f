#pragma once

#include <span>
#include <vector>

#include "kernels/chain.hpp"
#include "qbatt/central_spin.hpp"

namespace qbatt {

/// All that a solver knows of a system: its chain of levels, in units of a_0 = offdiag(0), in which every spectrum is computed.
struct LevelChain {
  kernels::ChainModel model;  ///< no numbers where nothing moves
  std::int64_t dim;           ///< d, levels
  double rabi;                ///< a_0; 0 where nothing moves
  bool constant_diagonal;     ///< diag(k) = 0 for all k
  bool mirror_symmetric;      ///< offdiag(k) = offdiag(d-2-k) and diag(k) = diag(d-1-k) for all k
  bool shooting_is_safe;      ///< no barrier can lie inside: |Delta| <= |A|, or mirror symmetry, which folds it away
};

/// A chain of a system, and the share that it has in the state of its charger.
struct WeightedChain {
  const LevelChain* chain;
  double weight;
};

/// Of a charger in a Dicke or Fock state.
LevelChain chain_of(const CentralSpin& system);

/// The chain as shooting sees it: folded where it is mirror symmetric and has three levels or more.
kernels::Chain chain_to_shoot_at(const LevelChain& chain);

/// One for each of them.
std::vector<LevelChain> chains_of(std::span<const CentralSpin> systems);

/// T = sum_k 1 / (2 offdiag(k)) in units of 1/a_0, in O(dim). Requires that something moves.
double transit_time(const LevelChain& chain);

}  // namespace qbatt
