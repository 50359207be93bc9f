#pragma once

#include "kernels/shooting.hpp"

// Vectors on the way to the state: psi(t) = sum_j c_j v_j exp(-i lambda_j t) is formed block by block from regenerated vectors, so
// that nothing of size d x n_eig ever exists. The values here carry c_j already.
namespace qbatt::kernels::inline QBATT_TARGET {

/// Calls sink(i, value) for entries begin ... end - 1 of `c` in the order of the way; `v` ends at the level after them.
template <Way way, class Lane, class Sink>
QBATT_HD void stream(const Coefficients& c, index begin, index end, const Lane& lambda, VectorPair<Lane>& v, const Sink& sink) {
  Lane here = v.here;  // in registers: what the sink writes could otherwise be the vector itself
  Lane behind = v.behind;
  const Steps<way> steps(c);
  const Lane l = lambda;
  for (index i = 0; i < end - begin; ++i) {
    const index at = begin + steps.entry(i, end - begin);
    sink(at, here);
    const Lane next = next_value(l, steps.gain[at], steps.shift[at], steps.back[at], here, behind);
    behind = here;
    here = next;
  }
  v = {here, behind};
}

}  // namespace qbatt::kernels::inline QBATT_TARGET
