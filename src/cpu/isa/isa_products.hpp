#pragma once

#include "cpu/isa/isa_shoot.hpp"

// Register-tiled products of vectors with phase factors and with each other. Sums run over lanes first and then over the lanes'
// sums, in an order that depends on the number of pairs only. Included only by isa_kernels.cpp.
namespace qbatt::cpu::inline QBATT_TARGET {

/// native_width as an index into memory.
inline constexpr index width = native_width;

inline NativeVector load_native(const double* p) {
  NativeVector v;
  __builtin_memcpy(&v, p, sizeof v);
  return v;
}

inline NativeVector spread(double x) {
  return x - NativeVector{};
}

/// A row-major matrix; entry (i, j) is data[i * stride + j].
struct ConstMatrix {
  const double* data;
  index stride;
  [[nodiscard]] const double* row(index i) const { return data + i * stride; }
};

/// out[c * out_channel + r * out_row] (+)= sum_j vectors(r, j) factors(c, j) for a tile of `rows` x `channels`, j < pairs.
template <int rows, int channels>
inline void sum_tile(const ConstMatrix& vectors, const ConstMatrix& factors, index pairs, bool add, double* out, index out_row,
                     index out_channel) {
  NativeVector sum[rows][channels] = {};
  for (index j = 0; j < pairs; j += native_width) {
    NativeVector f[channels];
#pragma GCC unroll 4
    for (int c = 0; c < channels; ++c) f[c] = load_native(factors.row(c) + j);
#pragma GCC unroll 4
    for (int r = 0; r < rows; ++r) {
      const NativeVector x = load_native(vectors.row(r) + j);
#pragma GCC unroll 4
      for (int c = 0; c < channels; ++c) sum[r][c] = native_mul_add(x, f[c], sum[r][c]);
    }
  }
#pragma GCC unroll 4
  for (int c = 0; c < channels; ++c) {
#pragma GCC unroll 4
    for (int r = 0; r < rows; ++r) {
      double* const at = out + c * out_channel + r * out_row;
      *at = (add ? *at : 0.0) + sum_lanes(sum[r][c]);
    }
  }
}

template <int rows>
inline void sum_rows(const ConstMatrix& vectors, const ConstMatrix& factors, index channels, index pairs, bool add, double* out,
                     index out_row, index out_channel) {
#if defined(__AVX512F__)
  constexpr int tile = 4;
#else
  constexpr int tile = 2;  // 16 registers
#endif
  index c = 0;
  for (; c + tile <= channels; c += tile)
    sum_tile<rows, tile>(vectors, {factors.row(c), factors.stride}, pairs, add, out + c * out_channel, out_row, out_channel);
  for (; c < channels; ++c)
    sum_tile<rows, 1>(vectors, {factors.row(c), factors.stride}, pairs, add, out + c * out_channel, out_row, out_channel);
}

/// sum_tile for any number of rows and channels.
inline void sum_over_pairs(const ConstMatrix& vectors, index rows, const ConstMatrix& factors, index channels, index pairs,
                           bool add, double* out, index out_row, index out_channel) {
  constexpr int tile = 4;
  index r = 0;
  for (; r + tile <= rows; r += tile)
    sum_rows<tile>({vectors.row(r), vectors.stride}, factors, channels, pairs, add, out + r * out_row, out_row, out_channel);
  for (; r < rows; ++r)
    sum_rows<1>({vectors.row(r), vectors.stride}, factors, channels, pairs, add, out + r * out_row, out_row, out_channel);
}

/// Native vectors of channels in a tile of outer_products(): what fits the registers beside as many rows.
#if defined(__AVX512F__)
inline constexpr int outer_vectors = 3;
#else
inline constexpr int outer_vectors = 2;
#endif

/// out(r, c) (+)= sum_j values(r, j) factors(j, c) for a tile of `rows` rows and outer_vectors native vectors of channels. A
/// function of its own: inlined, it would run out of registers for its pointers.
template <int rows>
__attribute__((noinline)) void outer_tile(const ConstMatrix& values, const ConstMatrix& factors, index pairs, bool add, double* out,
                                          index out_row) {
  NativeVector sum[rows][outer_vectors];
#pragma GCC unroll 8
  for (int r = 0; r < rows; ++r) {
#pragma GCC unroll 4
    for (int v = 0; v < outer_vectors; ++v) sum[r][v] = add ? load_native(out + r * out_row + v * width) : NativeVector{};
  }
  for (index j = 0; j < pairs; ++j) {
    NativeVector f[outer_vectors];
#pragma GCC unroll 4
    for (int v = 0; v < outer_vectors; ++v) f[v] = load_native(factors.row(j) + v * width);
#pragma GCC unroll 8
    for (int r = 0; r < rows; ++r) {
      const NativeVector x = spread(values.row(r)[j]);
#pragma GCC unroll 4
      for (int v = 0; v < outer_vectors; ++v) sum[r][v] = native_mul_add(x, f[v], sum[r][v]);
    }
  }
#pragma GCC unroll 8
  for (int r = 0; r < rows; ++r) {
#pragma GCC unroll 4
    for (int v = 0; v < outer_vectors; ++v) __builtin_memcpy(out + r * out_row + v * width, &sum[r][v], sizeof sum[r][v]);
  }
}

/// out(r, c) (+)= sum_j values(r, j) factors(j, c), j < pairs, in ascending order of j; channels come in multiples of outer_vectors
/// native vectors. No sum across lanes is needed, which pays from that many channels on.
inline void outer_products(const ConstMatrix& values, index rows, const ConstMatrix& factors, index channels, index pairs, bool add,
                           double* out, index out_row) {
  constexpr int tile = 4;
  for (index c = 0; c < channels; c += outer_vectors * width) {
    const ConstMatrix f{factors.data + c, factors.stride};
    index r = 0;
    for (; r + tile <= rows; r += tile)
      outer_tile<tile>({values.row(r), values.stride}, f, pairs, add, out + r * out_row + c, out_row);
    for (; r < rows; ++r) outer_tile<1>({values.row(r), values.stride}, f, pairs, add, out + r * out_row + c, out_row);
  }
}

#if defined(__AVX512F__)
inline constexpr int gram_height = 4;
inline constexpr int gram_vectors = 3;
#else
inline constexpr int gram_height = 4;
inline constexpr int gram_vectors = 2;
#endif

/// out(a, b) += sum_r left(r, a) right(r, b) for a tile of `height` x `vectors` native vectors.
template <int height, int vectors>
inline void gram_tile(const ConstMatrix& left, const ConstMatrix& right, index rows, double* out, index out_stride) {
  NativeVector sum[height][vectors];
#pragma GCC unroll 8
  for (int a = 0; a < height; ++a) {
#pragma GCC unroll 4
    for (int v = 0; v < vectors; ++v) sum[a][v] = load_native(out + a * out_stride + v * width);
  }
  for (index r = 0; r < rows; ++r) {
    const double* const l = left.row(r);
    const double* const x = right.row(r);
    NativeVector b[vectors];
#pragma GCC unroll 4
    for (int v = 0; v < vectors; ++v) b[v] = load_native(x + v * width);
#pragma GCC unroll 8
    for (int a = 0; a < height; ++a) {
      const NativeVector w = spread(l[a]);
#pragma GCC unroll 4
      for (int v = 0; v < vectors; ++v) sum[a][v] = native_mul_add(w, b[v], sum[a][v]);
    }
  }
#pragma GCC unroll 8
  for (int a = 0; a < height; ++a) {
#pragma GCC unroll 4
    for (int v = 0; v < vectors; ++v) __builtin_memcpy(out + a * out_stride + v * width, &sum[a][v], sizeof sum[a][v]);
  }
}

/// out(a, b) += sum_r left(r, a) right(r, b), a < height and b < breadth, both multiples of
/// group_lanes. `triangle`: only tiles that reach a <= b.
inline void gram_product(const ConstMatrix& left, index height, const ConstMatrix& right, index breadth, index rows, bool triangle,
                         double* out, index out_stride) {
  static_assert(group_lanes % gram_height == 0 && group_lanes % native_width == 0);
  constexpr index columns = gram_vectors * width;
  for (index a = 0; a < height; a += gram_height) {
    const ConstMatrix l{left.data + a, left.stride};
    index b = triangle ? a / native_width * native_width : 0;
    for (; b + columns <= breadth; b += columns)
      gram_tile<gram_height, gram_vectors>(l, {right.data + b, right.stride}, rows, out + a * out_stride + b, out_stride);
    for (; b < breadth; b += native_width)
      gram_tile<gram_height, 1>(l, {right.data + b, right.stride}, rows, out + a * out_stride + b, out_stride);
  }
}

}  // namespace qbatt::cpu::inline QBATT_TARGET
