#pragma once

#include <immintrin.h>

#include "cpu/isa/isa.hpp"
#include "kernels/elementary.hpp"

// SIMD packs: the Lane of the CPU. `registers` native vectors are carried together, because one recurrence alone would wait for the
// latency of its own multiply-adds. Included only by sources that are compiled per instruction set.
namespace qbatt::cpu::inline QBATT_TARGET {

inline bool is_stopped(const StopWatch& stop) {
  return stop.stopped != nullptr && stop.stopped(stop.token);
}

#if defined(__AVX512F__)
inline constexpr int native_width = 8;
#elif defined(__AVX__)
inline constexpr int native_width = 4;
#else
inline constexpr int native_width = 2;
#endif

using NativeVector = double __attribute__((vector_size(native_width * 8)));
using NativeMask = long long __attribute__((vector_size(native_width * 8)));
using NativeBits = unsigned long long __attribute__((vector_size(native_width * 8)));

inline NativeVector native_mul_add(NativeVector a, NativeVector b, NativeVector c) {
#if defined(__AVX512F__)
  return (NativeVector)_mm512_fmadd_pd((__m512d)a, (__m512d)b, (__m512d)c);
#elif defined(__FMA__)
  return (NativeVector)_mm256_fmadd_pd((__m256d)a, (__m256d)b, (__m256d)c);
#else
  return a * b + c;
#endif
}

inline NativeVector native_subtract_product(NativeVector a, NativeVector b, NativeVector c) {
#if defined(__AVX512F__)
  return (NativeVector)_mm512_fnmadd_pd((__m512d)a, (__m512d)b, (__m512d)c);
#elif defined(__FMA__)
  return (NativeVector)_mm256_fnmadd_pd((__m256d)a, (__m256d)b, (__m256d)c);
#else
  return c - a * b;
#endif
}

inline NativeVector native_root(NativeVector a) {
#if defined(__AVX512F__)
  return (NativeVector)_mm512_mask_sqrt_pd((__m512d)a, 0xff, (__m512d)a);  // the unmasked one warns in GCC 12
#elif defined(__AVX__)
  return (NativeVector)_mm256_sqrt_pd((__m256d)a);
#else
  return (NativeVector)_mm_sqrt_pd((__m128d)a);
#endif
}

/// `count` native vectors as members of their own: GCC keeps those in registers, elements of an array often in memory.
template <class Vector, int count>
struct Registers {
  Vector first;
  Registers<Vector, count - 1> others;
};
template <class Vector>
struct Registers<Vector, 1> {
  Vector first;
};

template <int count>
QBATT_INLINE void load_registers(const double* p, Registers<NativeVector, count>& r) {
  __builtin_memcpy(&r.first, p, sizeof r.first);
  if constexpr (count > 1) load_registers(p + native_width, r.others);
}

template <int count>
QBATT_INLINE void store_registers(const Registers<NativeVector, count>& r, double* p) {
  __builtin_memcpy(p, &r.first, sizeof r.first);
  if constexpr (count > 1) store_registers(r.others, p + native_width);
}

/// f applied register by register.
template <class Vector, int count, class Function, class... Operands>
QBATT_INLINE Registers<Vector, count> map_registers(Function f, const Operands&... operands) {
  if constexpr (count == 1)
    return {f(operands.first...)};
  else
    return {f(operands.first...), map_registers<Vector, count - 1>(f, operands.others...)};
}

template <int registers>
struct PackMask {
  Registers<NativeMask, registers> v;
};

template <int registers>
struct Pack {
  static constexpr int lanes = registers * native_width;
  Registers<NativeVector, registers> v;

  Pack() = default;
  explicit Pack(double x) : v(map([x](NativeVector) { return x - NativeVector{}; }, Pack{}).v) {}
  static Pack load(const double* p) {
    Pack a;
    load_registers(p, a.v);
    return a;
  }
  void store(double* p) const { store_registers(v, p); }

  friend void store(const Pack& a, double* p) { a.store(p); }
  friend void load(Pack& a, const double* p) { a = load(p); }

  friend Pack operator+(const Pack& a, const Pack& b) {
    return map([](NativeVector x, NativeVector y) { return x + y; }, a, b);
  }
  friend Pack operator-(const Pack& a, const Pack& b) {
    return map([](NativeVector x, NativeVector y) { return x - y; }, a, b);
  }
  friend Pack operator*(const Pack& a, const Pack& b) {
    return map([](NativeVector x, NativeVector y) { return x * y; }, a, b);
  }
  friend Pack operator/(const Pack& a, const Pack& b) {
    return map([](NativeVector x, NativeVector y) { return x / y; }, a, b);
  }
  friend Pack mul_add(const Pack& a, const Pack& b, const Pack& c) { return map(native_mul_add, a, b, c); }
  friend Pack subtract_product(const Pack& a, const Pack& b, const Pack& c) { return map(native_subtract_product, a, b, c); }
  friend Pack root(const Pack& a) { return map(native_root, a); }
  friend Pack magnitude(const Pack& a) {
    return map([](NativeVector x) { return (NativeVector)((NativeMask)x & 0x7fffffffffffffffLL); }, a);
  }
  friend Pack larger(const Pack& a, const Pack& b) {
    return map([](NativeVector x, NativeVector y) { return x > y ? x : y; }, a, b);
  }
  friend Pack sign_change(const Pack& a, const Pack& b) {
    return sign_changes(count_sign_change(map([](NativeVector) { return NativeVector{}; }, a), a, b));
  }
  friend Pack count_sign_change(const Pack& count, const Pack& a, const Pack& b) {
    return map(
        [](NativeVector n, NativeVector x, NativeVector y) {
          const NativeBits differs = (NativeBits)x ^ (NativeBits)y;
          return (NativeVector)((NativeBits)n + (differs >> 63));
        },
        count, a, b);
  }
  /// The integers in the lanes, below 2^52, made doubles by way of the mantissa bits of 2^52.
  friend Pack sign_changes(const Pack& count) {
    return map([](NativeVector n) { return (NativeVector)((NativeBits)n | bits_of_two_52) - 0x1p52; }, count);
  }
  /// See kernels::split_float.
  friend kernels::SplitFloat<Pack> split_float(const Pack& x) {
    constexpr unsigned long long one = 0x3ff0000000000000ULL;
    constexpr unsigned long long root_half = 0x3fe6a09e667f3bcdULL;
    const Pack biased =
        map([](NativeVector a) { return (NativeVector)(((NativeBits)a + (one - root_half)) >> 52); }, x);  // integers
    return {map([](NativeVector a, NativeVector e) { return (NativeVector)((NativeBits)a - (((NativeBits)e - 1023) << 52)); }, x,
                biased),
            map([](NativeVector e) { return (NativeVector)((NativeBits)e | bits_of_two_52) - (0x1p52 + 1023.0); }, biased)};
  }
  friend PackMask<registers> less(const Pack& a, const Pack& b) {
    return {map_registers<NativeMask, registers>([](NativeVector x, NativeVector y) { return (NativeMask)(x < y); }, a.v, b.v)};
  }
  friend Pack select(const PackMask<registers>& m, const Pack& a, const Pack& b) {
    return from(map_registers<NativeVector, registers>([](NativeMask mask, NativeVector x, NativeVector y) { return mask ? x : y; },
                                                       m.v, a.v, b.v));
  }

private:
  static constexpr unsigned long long bits_of_two_52 = 0x4330000000000000ULL;

  QBATT_INLINE static Pack from(const Registers<NativeVector, registers>& r) {
    Pack a;
    a.v = r;
    return a;
  }
  template <class Function, class... Operands>
  QBATT_INLINE static Pack map(Function f, const Operands&... operands) {
    return from(map_registers<NativeVector, registers>(f, operands.v...));
  }
};

inline bool any_lane(NativeMask m) {
#if defined(__AVX512F__)
  return _mm512_test_epi64_mask((__m512i)m, (__m512i)m) != 0;
#elif defined(__AVX__)
  return _mm256_movemask_pd((__m256d)m) != 0;
#else
  return _mm_movemask_pd((__m128d)m) != 0;
#endif
}

template <int registers>
inline bool any(const PackMask<registers>& m) {
  NativeMask all{};
  map_registers<NativeMask, registers>([&all](NativeMask a) { return all |= a; }, m.v);
  return any_lane(all);
}

/// Sum of a native vector's lanes in a fixed order: halves onto halves.
inline double sum_lanes(NativeVector v) {
#if defined(__AVX512F__)
  using Half = double __attribute__((vector_size(32)));
  const Half quad = __builtin_shufflevector(v, v, 0, 1, 2, 3) + __builtin_shufflevector(v, v, 4, 5, 6, 7);
#elif defined(__AVX__)
  const NativeVector quad = v;
#endif
  using Two = double __attribute__((vector_size(16)));
#if defined(__AVX__)
  const Two two = __builtin_shufflevector(quad, quad, 0, 1) + __builtin_shufflevector(quad, quad, 2, 3);
#else
  const Two two = v;
#endif
  return two[0] + two[1];
}

/// The largest lane.
inline double largest_lane(NativeVector v) {
  double largest = v[0];
  for (int i = 1; i < native_width; ++i) largest = largest < v[i] ? v[i] : largest;
  return largest;
}

}  // namespace qbatt::cpu::inline QBATT_TARGET
