#pragma once

#include "kernels/shooting.hpp"

// Vectors on the way to the state: psi(t) = sum_j c_j v_j exp(-i lambda_j t) is formed block by block from regenerated vectors, so
// that nothing of size d x n_eig ever exists. The values here carry c_j already.
namespace qbatt::kernels::inline QBATT_TARGET {

/// Calls sink(i, value) for entries begin ... end-1 of `c`; `v` ends at the level after them.
template <class Lane, class Sink>
QBATT_HD void stream_up(const Coefficients& c, index begin, index end, const Lane& lambda, VectorPair<Lane>& v, const Sink& sink) {
  Lane here = v.here;  // in registers: what the sink writes could otherwise be the vector itself
  Lane behind = v.behind;
  const Lane l = lambda;
  for (index i = begin; i < end; ++i) {
    sink(i, here);
    const Lane next = next_value(l, c.up_gain[i], c.up_shift[i], c.up_back[i], here, behind);
    behind = here;
    here = next;
  }
  v = {here, behind};
}

/// Calls sink(i, value) for entries end-1 ... begin of `c`; `v` ends at the level below them.
template <class Lane, class Sink>
QBATT_HD void stream_down(const Coefficients& c, index begin, index end, const Lane& lambda, VectorPair<Lane>& v,
                          const Sink& sink) {
  Lane here = v.here;
  Lane behind = v.behind;
  const Lane l = lambda;
  for (index i = end; i-- > begin;) {
    sink(i, here);
    const Lane next = next_value(l, c.down_gain[i], c.down_shift[i], c.down_back[i], here, behind);
    behind = here;
    here = next;
  }
  v = {here, behind};
}

}  // namespace qbatt::kernels::inline QBATT_TARGET
