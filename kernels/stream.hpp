#pragma once

#include "kernels/shooting.hpp"

// Vectors on the way to the state: psi(t) = sum_j c_j v_j exp(-i lambda_j t) is formed block by block from regenerated vectors, so
// that nothing of size d x n_eig ever exists. The values here carry c_j already.
namespace qbatt::kernels::inline QBATT_TARGET {

/// A vector at two neighbouring levels.
template <class Lane>
struct VectorPair {
  Lane here{0.0};
  Lane behind{0.0};
};

/// Calls sink(i, value) for `count` levels from level c.first upward; `v` ends at the level after them.
template <class Lane, class Sink>
QBATT_HD void stream_up(const Coefficients& c, index begin, index end, const Lane& lambda, VectorPair<Lane>& v, Sink&& sink) {
  for (index i = begin; i < end; ++i) {
    sink(i, v.here);
    const Lane gain = mul_add(lambda, Lane(c.up_gain[i]), Lane(c.up_shift[i]));
    const Lane next = mul_add(gain, v.here, Lane(0.0) - Lane(c.up_back[i]) * v.behind);
    v.behind = v.here;
    v.here = next;
  }
}

/// Calls sink(i, value) for entries end-1 ... begin of `c`; `v` ends at the level below them.
template <class Lane, class Sink>
QBATT_HD void stream_down(const Coefficients& c, index begin, index end, const Lane& lambda, VectorPair<Lane>& v, Sink&& sink) {
  for (index i = end; i-- > begin;) {
    sink(i, v.here);
    const Lane gain = mul_add(lambda, Lane(c.down_gain[i]), Lane(c.down_shift[i]));
    const Lane next = mul_add(gain, v.here, Lane(0.0) - Lane(c.down_back[i]) * v.behind);
    v.behind = v.here;
    v.here = next;
  }
}

}  // namespace qbatt::kernels::inline QBATT_TARGET
