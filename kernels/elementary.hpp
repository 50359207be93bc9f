#pragma once

#include <math.h>

#include "kernels/lane.hpp"

// Elementary functions of a Lane, the same operations in every lane and on every machine of an instruction set. u = 2^-53.
namespace qbatt::kernels::inline QBATT_TARGET {

/// x = mantissa 2^exponent with mantissa in [sqrt(1/2), sqrt(2)), for positive normal x.
template <class Lane>
struct SplitFloat {
  Lane mantissa;
  Lane exponent;
};

QBATT_HD inline SplitFloat<double> split_float(double x) {
  constexpr double root_half = 0.70710678118654752440;
  int exponent = 0;
  const double mantissa = frexp(x, &exponent);  // in [1/2, 1)
  return mantissa < root_half ? SplitFloat<double>{2.0 * mantissa, exponent - 1.0} : SplitFloat<double>{mantissa, 1.0 * exponent};
}

/// log2 x for positive normal x, off by at most 8 u |log2 x|: with s = (m - 1)/(m + 1), |s| <= 0.1716,
///
///     log2 m = (2 / ln 2) s (1 + s^2/3 + s^4/5 + ... + s^18/19),   remainder < 3e-17 of it;
///
/// s is off by 2 u, the sum, the constant and the products by 4 u, adding the exponent by one more.
template <class Lane>
QBATT_HD QBATT_INLINE Lane log2_lane(const Lane& x) {
  const SplitFloat<Lane> f = split_float(x);
  const Lane one(1.0);
  const Lane s = (f.mantissa - one) / (f.mantissa + one);
  const Lane z = s * s;
  Lane sum(1.0 / 19.0);
  sum = mul_add(sum, z, Lane(1.0 / 17.0));
  sum = mul_add(sum, z, Lane(1.0 / 15.0));
  sum = mul_add(sum, z, Lane(1.0 / 13.0));
  sum = mul_add(sum, z, Lane(1.0 / 11.0));
  sum = mul_add(sum, z, Lane(1.0 / 9.0));
  sum = mul_add(sum, z, Lane(1.0 / 7.0));
  sum = mul_add(sum, z, Lane(1.0 / 5.0));
  sum = mul_add(sum, z, Lane(1.0 / 3.0));
  sum = mul_add(sum, z, one);
  return mul_add(Lane(2.8853900817779268) * s, sum, f.exponent);
}

/// The nearest whole number, for |x| < 2^51.
template <class Lane>
QBATT_HD Lane nearest_whole(const Lane& x) {
  const Lane magic(6755399441055744.0);  // 1.5 2^52: no bits are left behind the point
  return (x + magic) - magic;
}

template <class Lane>
struct SineCosine {
  Lane sine;
  Lane cosine;
};

/// Beyond this, sine_cosine() may not be asked: the multiples of pi/2 would no longer be exact.
inline constexpr double largest_angle = 1e6;

/// sin x and cos x for |x| <= largest_angle, each off by at most 2 u: reduced by multiples of pi/2 in three parts of 33, 33 and 53
/// bits (Cody & Waite; products with multiples below 2^20 are exact), then the minimax polynomials of fdlibm (Sun Microsystems,
/// 1993).
template <class Lane>
QBATT_HD SineCosine<Lane> sine_cosine(const Lane& x) {
  const Lane quarter_turns = nearest_whole(x * Lane(6.36619772367581382433e-01));
  const Lane minus = Lane(0.0) - quarter_turns;
  const Lane coarse = mul_add(minus, Lane(1.57079632673412561417e+00), x);
  const Lane finer = mul_add(minus, Lane(6.07710050630396597660e-11), coarse);
  const Lane r = mul_add(minus, Lane(2.02226624879595063154e-21), finer);
  const Lane z = r * r;
  Lane p(1.58969099521155010221e-10);
  p = mul_add(p, z, Lane(-2.50507602534068634195e-08));
  p = mul_add(p, z, Lane(2.75573137070700676789e-06));
  p = mul_add(p, z, Lane(-1.98412698298579493134e-04));
  p = mul_add(p, z, Lane(8.33333333332248946124e-03));
  p = mul_add(p, z, Lane(-1.66666666666666324348e-01));
  const Lane sine = mul_add(r * z, p, r);
  Lane q(-1.13596475577881948265e-11);
  q = mul_add(q, z, Lane(2.08757232129817482790e-09));
  q = mul_add(q, z, Lane(-2.75573143513906633035e-07));
  q = mul_add(q, z, Lane(2.48015872894767294178e-05));
  q = mul_add(q, z, Lane(-1.38888888888741095749e-03));
  q = mul_add(q, z, Lane(4.16666666666666019037e-02));
  const Lane cosine = mul_add(z * z, q, mul_add(Lane(-0.5), z, Lane(1.0)));
  // Quarter turns modulo 4 as -2 ... 2: 0 (s, c), 1 (c, -s), -1 (-c, s), +-2 (-s, -c).
  const Lane turn = mul_add(Lane(-4.0), nearest_whole(Lane(0.25) * quarter_turns), quarter_turns);
  const Lane size = magnitude(turn);
  const auto half = less(Lane(1.5), size);
  const Lane zero(0.0);
  const auto odd = less(magnitude(size - Lane(1.0)), Lane(0.5));
  const Lane first = select(odd, cosine, sine);
  const Lane second = select(odd, sine, cosine);
  const auto negative_sine = less(turn, Lane(-0.5));
  const auto positive_odd = less(magnitude(turn - Lane(1.0)), Lane(0.5));
  const Lane s = select(negative_sine, zero - first, select(half, zero - first, first));
  const Lane c = select(half, zero - second, select(positive_odd, zero - second, second));
  return {s, c};
}

}  // namespace qbatt::kernels::inline QBATT_TARGET
