#pragma once

#include <span>
#include <vector>

#include "kernels/cuda/runtime.hpp"
#include "kernels/state_report.hpp"

namespace qbatt::cuda {

/// The states of the systems of a chunk, whichever solver they come from. Times are in units of 1/a_0. Throws BackendError.
class ChunkStates {
public:
  /// At how many times states are evaluated at once; a longer list is cut. Fixed, so that the shapes of the products, and with them
  /// the rounding, do not depend on memory or company.
  static constexpr index times_at_once = 32;

  /// Where evaluate() leaves its results, in pinned memory that is kept from call to call.
  struct Staging {
    PinnedBuffer<StateReport> reports{0};  ///< [count][times]
    PinnedBuffer<double> populations{0};   ///< [count][times][n]
  };

  virtual ~ChunkStates() = default;

  /// Of the system in this place of the chunk: the eigenpairs used, 0 where none are; whether there are states at all.
  [[nodiscard]] virtual index pairs(std::size_t place) const = 0;
  [[nodiscard]] virtual bool solved(std::size_t place) const = 0;

  /// || psi(t) - computed psi(t) || in the worst case, rounding included, for t up to the longest evaluated; and the part of it
  /// that says that pairs are wrong or missing.
  [[nodiscard]] virtual double error_bound(std::size_t place, double t) const = 0;
  [[nodiscard]] virtual double pair_defect(std::size_t place, double t) const = 0;

  /// The first peak of the energy of every system, NaN where there are no states or the search was lost.
  virtual std::vector<double> first_peaks() = 0;

  /// States of all systems at `times` times each, at most times_at_once. Shape: t[count][times]. `detail` is not slopes.
  /// Populations are written only if asked for.
  virtual void evaluate(std::span<const double> t, index times, Detail detail, bool populations, Staging& staging) = 0;
};

}  // namespace qbatt::cuda
