#pragma once

#include "kernels/cuda/pair_batch.hpp"
#include "kernels/isolation.hpp"
#include "kernels/whole_shot.hpp"

// Stages from descriptors to the eigenpairs that carry e_0, by matched shooting: coefficients, a grid of phases that counts what
// lies between its points, refinement inside the brackets, vectors. One thread is one (system, eigenvalue).
namespace qbatt::cuda {

/// How one system is to be shot at, in units of a_0.
struct ShootingDescriptor {
  index levels;        ///< kept: those up to the fold
  index bond_for_any;  ///< where all eigenvalues are matched, or -1: each at the bond deepest for it
  double low, high;    ///< the window of eigenvalues
  int block;           ///< levels between two rescalings
  bool folded;

  /// Families of eigenvalues: even and odd ones where the chain is folded.
  [[nodiscard]] QBATT_HD index families() const { return folded ? 2 : 1; }

  /// Point i of a grid of `count` over the window.
  [[nodiscard]] QBATT_HD double node(index i, index count) const {
    return i + 1 == count ? high : low + (high - low) * (static_cast<double>(i) / static_cast<double>(count - 1));
  }
};

/// Working memory of the search.
struct ShootingBatch {
  PairBatch batch;
  const ShootingDescriptor* shooting;  ///< [count]
  double* coefficients;                ///< [count][Coefficients::arrays][n]
  kernels::GridNode* nodes;            ///< [count][nodes_a_system], see family_nodes()
  index* first;                        ///< [count] of the pairs held, the place of the largest in the whole spectrum, from the top
  index* bonds;                        ///< [count][pairs]

  /// Two points more a family than it has eigenvalues.
  static constexpr index extra_nodes = 4;
  [[nodiscard]] QBATT_HD index nodes_a_system() const { return batch.pairs + extra_nodes; }
  [[nodiscard]] QBATT_HD index family_nodes(index system) const {
    const index families = shooting[system].families();
    return batch.pairs / families + 2;
  }
  [[nodiscard]] QBATT_HD kernels::GridNode* family(index system, index part) const {
    return nodes + system * nodes_a_system() + part * family_nodes(system);
  }

  [[nodiscard]] QBATT_HD kernels::ShootingChain chain(index system) const {
    const ShootingDescriptor& s = shooting[system];
    double* const storage = coefficients + system * kernels::Coefficients::arrays * batch.n;
    return {{batch.systems[system].model, batch.systems[system].dim, s.levels, s.folded, batch.constant_diagonal},
            kernels::Coefficients::in(storage, 0, batch.n),
            s.block};
  }

  [[nodiscard]] QBATT_HD index bond(index system, double lambda) const {
    const index fixed = shooting[system].bond_for_any;
    return fixed >= 0 ? fixed : kernels::deepest_bond(chain(system), lambda);
  }

  [[nodiscard]] QBATT_HD kernels::Match shoot(index system, index bond, double lambda, double parity) const {
    const kernels::ShootingChain c = chain(system);
    return kernels::match(kernels::shoot_at(c, bond, lambda, parity), c.coefficients.offdiag[bond]);
  }

  /// Even vectors take the places 0, 2, ... of the whole spectrum of a folded chain, odd ones 1, 3, ...
  [[nodiscard]] QBATT_HD static double parity(index part) { return part == 0 ? 1.0 : -1.0; }
};

/// Item (system, level).
struct PlaceCoefficients {
  ShootingBatch shot;

  [[nodiscard]] QBATT_HD index items() const { return shot.batch.count * shot.batch.n; }

  QBATT_HD void operator()(index item) const {
    const index k = item % shot.batch.n;
    const kernels::ShootingChain c = shot.chain(item / shot.batch.n);
    if (k < c.levels()) kernels::LevelCoefficients<double>::at(c.chain, static_cast<double>(k)).store_in(c.coefficients, k);
  }
};

/// Item (system, node): the phase at evenly spaced points of the window.
struct ShootGrid {
  ShootingBatch shot;

  [[nodiscard]] QBATT_HD index items() const { return shot.batch.count * shot.nodes_a_system(); }

  QBATT_HD void operator()(index item) const {
    const index system = item / shot.nodes_a_system();
    const index each = shot.family_nodes(system);
    const index part = item % shot.nodes_a_system() / each;
    const index i = item % shot.nodes_a_system() % each;
    const ShootingDescriptor& s = shot.shooting[system];
    if (part >= s.families()) return;
    const double lambda = s.node(i, each);
    const index bond = shot.bond(system, lambda);
    const kernels::Match match = shot.shoot(system, bond, lambda, ShootingBatch::parity(part));
    shot.family(system, part)[i] = kernels::GridNode::at(lambda, bond, match);
  }
};

/// Item (system): how many pairs lie in the window; no more are held than there is room for.
struct CountPairs {
  ShootingBatch shot;
  index* held;

  [[nodiscard]] QBATT_HD index items() const { return shot.batch.count; }

  QBATT_HD void operator()(index system) const {
    const index last = shot.family_nodes(system) - 1;
    index first = 0;
    index end = 0;
    for (index part = 0; part < shot.shooting[system].families(); ++part) {
      first += shot.family(system, part)[last].above;
      end += shot.family(system, part)[0].above;
    }
    const index dim = shot.batch.systems[system].dim;
    end = end < dim ? end : dim;
    const index found = end > first ? end - first : 0;
    shot.first[system] = first;
    held[system] = found < shot.batch.pairs ? found : shot.batch.pairs;
  }
};

/// Item (system, pair): its eigenvalue, ascending with the pair.
struct RefinePairs {
  ShootingBatch shot;
  int* shots;  ///< [count][pairs] runs through the chain, or null: nobody counts

  static constexpr int most_refinements = 80;

  [[nodiscard]] QBATT_HD index items() const { return shot.batch.count * shot.batch.pairs; }

  QBATT_HD void operator()(index item) const {
    const index system = item / shot.batch.pairs;
    const index pair = item % shot.batch.pairs;
    if (pair >= shot.batch.own_pairs(system)) {
      shot.batch.eigenvalues[item] = 0.0;
      count_shots(item, 0);
      return;
    }
    const index families = shot.shooting[system].families();
    const index place = shot.first[system] + shot.batch.own_pairs(system) - 1 - pair;
    const double parity = ShootingBatch::parity(place % families);
    const index order = place / families;
    const kernels::Isolation isolation = kernels::isolate(shot.family(system, place % families), shot.family_nodes(system), order);
    const index bond = shot.bond(system, isolation.lambda);
    kernels::Refinement state = isolation.refinement(bond);
    int refinements = 0;
    for (; refinements < most_refinements && !state.done; ++refinements)
      kernels::refine(state, shot.shoot(system, bond, state.lambda, parity), order);
    shot.batch.eigenvalues[item] = state.lambda;
    shot.bonds[item] = bond;
    count_shots(item, refinements);
  }

private:
  QBATT_HD void count_shots(index item, int count) const {
    if (shots != nullptr) shots[item] = count;
  }
};

/// Item (system, pair): its vector; 0 on padding, pairs not held included.
struct WriteVectors {
  ShootingBatch shot;

  [[nodiscard]] QBATT_HD index items() const { return shot.batch.count * shot.batch.pairs; }

  QBATT_HD void operator()(index item) const {
    const PairBatch& batch = shot.batch;
    const index system = item / batch.pairs;
    const index pair = item % batch.pairs;
    const bool own = pair < batch.own_pairs(system);
    double* const vector = batch.vector(system, pair);
    for (index k = own ? batch.systems[system].dim : 0; k < batch.n; ++k) vector[k * batch.level_stride()] = 0.0;
    if (own) {
      const index place = shot.first[system] + batch.own_pairs(system) - 1 - pair;
      const double parity = ShootingBatch::parity(place % shot.shooting[system].families());
      kernels::write_vector(shot.chain(system), shot.bonds[item], batch.eigenvalues[item], parity, vector, batch.level_stride());
    }
  }
};

}  // namespace qbatt::cuda
