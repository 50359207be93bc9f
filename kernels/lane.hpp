#pragma once

#include <math.h>

#include <bit>
#include <cstdint>

#include "kernels/target.hpp"

// The operations that the numerics ask of a Lane besides + - * / and construction from a double, for the plain lane: `double`, as
// in a CUDA thread. SIMD packs offer the same names, found by overload. Masks are whatever less() returns.
namespace qbatt::kernels::inline QBATT_TARGET {

/// a b + c, fused where the hardware does it in one instruction.
QBATT_HD inline double mul_add(double a, double b, double c) {
#if defined(__CUDA_ARCH__) || defined(__FMA__)
  return fma(a, b, c);
#else
  return a * b + c;
#endif
}

/// Whether mul_add() rounds once.
QBATT_HD inline bool fuses() {
#if defined(__CUDA_ARCH__) || defined(__FMA__)
  return true;
#else
  return false;
#endif
}

/// c - a b, likewise.
QBATT_HD inline double subtract_product(double a, double b, double c) {
#if defined(__CUDA_ARCH__) || defined(__FMA__)
  return fma(-a, b, c);
#else
  return c - a * b;
#endif
}

QBATT_HD inline bool less(double a, double b) {
  return a < b;
}
QBATT_HD inline double select(bool mask, double if_true, double if_false) {
  return mask ? if_true : if_false;
}
QBATT_HD inline bool any(bool mask) {
  return mask;
}
QBATT_HD inline double magnitude(double a) {
  return fabs(a);
}
QBATT_HD inline double root(double a) {
  return sqrt(a);
}
QBATT_HD inline double larger(double a, double b) {
  return a > b ? a : b;
}

/// Writes the lanes of `a` to consecutive entries of p.
QBATT_HD inline void store(double a, double* p) {
  *p = a;
}

/// Reads the lanes of `a` from consecutive entries of p.
QBATT_HD inline void load(double& a, const double* p) {
  a = *p;
}

/// 1 where the sign bits differ, else 0. A zero between two values of opposite sign is counted once, whatever its own sign.
QBATT_HD inline double sign_change(double a, double b) {
  return signbit(a) != signbit(b) ? 1.0 : 0.0;
}

QBATT_HD inline std::int64_t bits_of(double x) {
#if defined(__CUDA_ARCH__)
  return __double_as_longlong(x);
#else
  return std::bit_cast<std::int64_t>(x);
#endif
}
QBATT_HD inline double with_bits(std::int64_t bits) {
#if defined(__CUDA_ARCH__)
  return __longlong_as_double(bits);
#else
  return std::bit_cast<double>(bits);
#endif
}

/// Counts sign changes in a lane that starts at zero and that only sign_changes() can read: in integers, beside the floating-point
/// pipes.
QBATT_HD inline double count_sign_change(double count, double a, double b) {
#if defined(__CUDA_ARCH__)
  const auto differ_in_sign = static_cast<unsigned>(__double2hiint(a) ^ __double2hiint(b)) >> 31U;  // a GPU counts in 32 bits
  return __hiloint2double(0, __double2loint(count) + static_cast<int>(differ_in_sign));
#else
  const auto differ = static_cast<std::uint64_t>(bits_of(a) ^ bits_of(b));
  return with_bits(bits_of(count) + static_cast<std::int64_t>(differ >> 63U));
#endif
}
QBATT_HD inline double sign_changes(double count) {
#if defined(__CUDA_ARCH__)
  return static_cast<double>(__double2loint(count));
#else
  return static_cast<double>(bits_of(count));
#endif
}

/// 2^exponent, exact for integral exponents in -1022 ... 1023.
QBATT_HD inline double power_of_two(int exponent) {
  return ldexp(1.0, exponent);
}

}  // namespace qbatt::kernels::inline QBATT_TARGET
