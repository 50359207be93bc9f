#pragma once

#include <immintrin.h>

#include "kernels/elementary.hpp"

// SIMD packs: the Lane of the CPU. `registers` native vectors are carried together, because one recurrence alone would wait for the
// latency of its own multiply-adds. Included only by sources that are compiled per instruction set.
namespace qbatt::cpu::inline QBATT_TARGET {

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

inline NativeVector native_root(NativeVector a) {
#if defined(__AVX512F__)
  return (NativeVector)_mm512_mask_sqrt_pd((__m512d)a, 0xff, (__m512d)a);  // the unmasked one warns in GCC 12
#elif defined(__AVX__)
  return (NativeVector)_mm256_sqrt_pd((__m256d)a);
#else
  return (NativeVector)_mm_sqrt_pd((__m128d)a);
#endif
}

template <int registers>
struct PackMask {
  NativeMask v[registers];
};

template <int registers>
struct Pack {
  static constexpr int lanes = registers * native_width;
  NativeVector v[registers];

  Pack() = default;
  explicit Pack(double x) {
    for (auto& r : v) {
      r = x - NativeVector{};
    }
  }
  static Pack load(const double* p) {
    Pack a;
    __builtin_memcpy(&a.v, p, sizeof a.v);
    return a;
  }
  void store(double* p) const { __builtin_memcpy(p, &v, sizeof v); }

  friend void store(const Pack& a, double* p) { a.store(p); }

  template <class Function>
  static Pack build(Function&& f) {
    Pack a;
#pragma GCC unroll 8
    for (int i = 0; i < registers; ++i) {
      a.v[i] = f(i);
    }
    return a;
  }

  friend Pack operator+(const Pack& a, const Pack& b) {
    return build([&](int i) { return a.v[i] + b.v[i]; });
  }
  friend Pack operator-(const Pack& a, const Pack& b) {
    return build([&](int i) { return a.v[i] - b.v[i]; });
  }
  friend Pack operator*(const Pack& a, const Pack& b) {
    return build([&](int i) { return a.v[i] * b.v[i]; });
  }
  friend Pack operator/(const Pack& a, const Pack& b) {
    return build([&](int i) { return a.v[i] / b.v[i]; });
  }
  friend Pack mul_add(const Pack& a, const Pack& b, const Pack& c) {
    return build([&](int i) { return native_mul_add(a.v[i], b.v[i], c.v[i]); });
  }
  friend Pack root(const Pack& a) {
    return build([&](int i) { return native_root(a.v[i]); });
  }
  friend Pack magnitude(const Pack& a) {
    return build([&](int i) { return (NativeVector)((NativeMask)a.v[i] & 0x7fffffffffffffffLL); });
  }
  friend Pack sign_change(const Pack& a, const Pack& b) {
    const NativeVector one = 1.0 - NativeVector{};
    return build([&](int i) {
      const NativeMask differs = ((NativeMask)a.v[i] ^ (NativeMask)b.v[i]) < 0;
      return (NativeVector)((NativeMask)one & differs);
    });
  }
  friend Pack larger(const Pack& a, const Pack& b) {
    return build([&](int i) { return a.v[i] > b.v[i] ? a.v[i] : b.v[i]; });
  }
  /// See kernels::split_float; the exponent is made a double by way of the mantissa bits of 2^52.
  friend kernels::SplitFloat<Pack> split_float(const Pack& x) {
    constexpr unsigned long long one = 0x3ff0000000000000ULL;
    constexpr unsigned long long root_half = 0x3fe6a09e667f3bcdULL;
    constexpr unsigned long long two_52 = 0x4330000000000000ULL;
    kernels::SplitFloat<Pack> f;
#pragma GCC unroll 8
    for (int i = 0; i < registers; ++i) {
      const NativeBits bits = (NativeBits)x.v[i];
      const NativeBits biased = (bits + (one - root_half)) >> 52;
      f.mantissa.v[i] = (NativeVector)(bits - ((biased - 1023) << 52));
      f.exponent.v[i] = (NativeVector)(biased | two_52) - (0x1p52 + 1023.0);
    }
    return f;
  }
  friend Pack count_sign_change(const Pack& count, const Pack& a, const Pack& b) {
    return build([&](int i) {
      const NativeBits differs = (NativeBits)a.v[i] ^ (NativeBits)b.v[i];
      return (NativeVector)((NativeBits)count.v[i] + (differs >> 63));
    });
  }
  friend Pack sign_changes(const Pack& count) {
    constexpr unsigned long long two_52 = 0x4330000000000000ULL;
    return build([&](int i) { return (NativeVector)((NativeBits)count.v[i] | two_52) - 0x1p52; });
  }
  friend PackMask<registers> less(const Pack& a, const Pack& b) {
    PackMask<registers> m;
#pragma GCC unroll 8
    for (int i = 0; i < registers; ++i) {
      m.v[i] = a.v[i] < b.v[i];
    }
    return m;
  }
  friend Pack select(const PackMask<registers>& m, const Pack& a, const Pack& b) {
    return build([&](int i) { return m.v[i] ? a.v[i] : b.v[i]; });
  }
};

template <int registers>
inline bool any(const PackMask<registers>& m) {
  NativeMask all = m.v[0];
  for (int i = 1; i < registers; ++i) {
    all |= m.v[i];
  }
  long long bits = 0;
  for (int i = 0; i < native_width; ++i) {
    bits |= all[i];
  }
  return bits != 0;
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
  for (int i = 1; i < native_width; ++i) {
    largest = largest < v[i] ? v[i] : largest;
  }
  return largest;
}

}  // namespace qbatt::cpu::inline QBATT_TARGET
