#pragma once

#include "kernels/lane.hpp"

// The Chebyshev expansion of the propagator, one sweep over the levels for each order:
//
//     exp(-i (H - c) s) psi = sum_n (2 - [n = 0]) (-i)^n J_n(h s) T_n(X) psi,     X = (H - c) / h,  |X| <= 1
//
// The vectors do not depend on s, so one recurrence serves many times at once. Signs are chosen so that all coefficients are
// (2 - [n = 0]) J_n: with w_n = T_n(X) psi for n = 0, 1 mod 4 and -T_n(X) psi for n = 2, 3 mod 4,
//
//     w_{n+1} = w_{n-1} +- 2 X w_n     (+ for even n),     sum = sum_{n even} a_n w_n - i sum_{n odd} a_n w_n.
//
// Where the diagonal is constant, phi_k = i^k psi_k stays real and turns by a real antisymmetric matrix: one real vector instead of
// two, u_{n+1} = u_{n-1} + 2 (K / h) u_n with (K u)_k = b_{k-1} u_{k-1} - b_k u_{k+1}, and sum = sum_n a_n u_n.
namespace qbatt::kernels::inline QBATT_TARGET {

/// How the next vector follows: w_{n-1} + 2 X w_n, w_{n-1} - 2 X w_n, or the antisymmetric u_{n-1} + 2 (K / h) u_n.
enum class ChebyshevRule { plus, minus, rotate };

/// 2 X. Views; entry k may be read one Lane beyond the last level, where it is 0.
struct ChebyshevMatrix {
  const double* coupling;  ///< 2 b_{k-1} / h between levels k - 1 and k; 0 at k = 0 and from the number of levels on
  const double* center;    ///< 2 (diag_k - c) / h; not read under ChebyshevRule::rotate
};

/// One real vector of the recurrence on its way. Entries from -1 to one Lane beyond the last level are there and 0 outside.
struct ChebyshevVector {
  double* previous;  ///< w_{n-1}; w_{n+1} afterwards
  const double* here;
};

/// Entry k of w_{n+1} from those of w_n at k - 1, k, k + 1 and of w_{n-1} at k; to_below, to_above and center are the entries of 2
/// X.
template <ChebyshevRule rule, class Lane>
QBATT_HD QBATT_INLINE Lane chebyshev_step(const Lane& to_below, const Lane& below, const Lane& to_above, const Lane& above,
                                          const Lane& center, const Lane& here, const Lane& previous) {
  if constexpr (rule == ChebyshevRule::rotate)
    return mul_add(to_below, below, subtract_product(to_above, above, previous));
  else if constexpr (rule == ChebyshevRule::plus)
    return mul_add(to_below, below, mul_add(to_above, above, mul_add(center, here, previous)));
  else
    return subtract_product(to_below, below, subtract_product(to_above, above, subtract_product(center, here, previous)));
}

/// Levels k, k + 1, ... (one a lane) of w_{n+1}. `first`: n = 0, where it is X w_0.
template <ChebyshevRule rule, bool first, class Lane>
QBATT_HD Lane chebyshev_next(const ChebyshevMatrix& m, const ChebyshevVector& v, index k, const Lane& here) {
  Lane below, above, to_below, to_above;
  load(below, v.here + k - 1);
  load(above, v.here + k + 1);
  load(to_below, m.coupling + k);
  load(to_above, m.coupling + k + 1);
  Lane previous(0.0);
  if constexpr (!first) load(previous, v.previous + k);
  Lane center(0.0);
  if constexpr (rule != ChebyshevRule::rotate) load(center, m.center + k);
  const Lane next = chebyshev_step<rule>(to_below, below, to_above, above, center, here, previous);
  return first ? next * Lane(0.5) : next;
}

/// Levels begin, begin + stride, ... below `end` (each the first of a Lane) of all vectors go one order further: `previous` holds
/// w_{n+1} afterwards. Calls sink(k, here, next) with arrays of one Lane a vector. Strips may run side by side; the next sweep must
/// wait for all of them.
template <ChebyshevRule rule, bool first, int vectors, class Lane, class Sink>
QBATT_HD void chebyshev_sweep(const ChebyshevMatrix& m, const ChebyshevVector* v, index begin, index end, index stride,
                              Sink&& sink) {
  for (index k = begin; k < end; k += stride) {
    Lane here[vectors];
    Lane next[vectors];
    for (int i = 0; i < vectors; ++i) {
      load(here[i], v[i].here + k);
      next[i] = chebyshev_next<rule, first>(m, v[i], k, here[i]);
      store(next[i], v[i].previous + k);
    }
    sink(k, here, next);
  }
}

/// A state being summed.
struct ChebyshevSum {
  double even;  ///< coefficient of the even order n
  double odd;   ///< ... and of n + 1
  double* re;
  double* im;  ///< not touched where the diagonal is constant: re is phi then
};

/// Adds orders n (even) and n + 1 of levels k, k + 1, ...: here and next are the vectors of these orders, one (of a real start, or
/// under ChebyshevRule::rotate) or two (real and imaginary part of the start).
template <ChebyshevRule rule, int vectors, class Lane>
QBATT_HD void chebyshev_add(const ChebyshevSum& sum, index k, const Lane* here, const Lane* next) {
  const Lane even(sum.even);
  const Lane odd(sum.odd);
  Lane re;
  load(re, sum.re + k);
  re = mul_add(even, here[0], re);
  if constexpr (rule == ChebyshevRule::rotate) {
    store(mul_add(odd, next[0], re), sum.re + k);
  } else {
    Lane im;
    load(im, sum.im + k);
    if constexpr (vectors == 2) {
      re = mul_add(odd, next[1], re);
      im = mul_add(even, here[1], im);
    }
    store(re, sum.re + k);
    store(subtract_product(odd, next[0], im), sum.im + k);
  }
}

}  // namespace qbatt::kernels::inline QBATT_TARGET
