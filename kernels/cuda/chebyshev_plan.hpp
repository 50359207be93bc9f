#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "kernels/chebyshev_tile.hpp"

// Which kernel takes an expansion, in how many tiles and passes. Plain functions without CUDA.
namespace qbatt::cuda {

using kernels::ChebyshevKind;
using kernels::index;

/// A kernel of kernels::ChebyshevTile: a team of `threads` (a warp, or a block of several), each with `own` levels, sums `targets`
/// states at once. All it holds is to stay in registers.
struct ChebyshevClass {
  int threads;
  int own;
  int targets;

  [[nodiscard]] constexpr index capacity() const { return index{threads} * own; }

  /// Whether it takes no chain longer than a tile: a block has the smaller margins.
  [[nodiscard]] constexpr bool whole() const { return threads == 32; }

  /// Orders of a pass over chains longer than a tile, and levels at either end of a tile that it spoils.
  [[nodiscard]] constexpr int margin() const { return threads * own / 16; }

  bool operator==(const ChebyshevClass&) const = default;
};

/// Where the diagonal is constant, one real vector: up to 768 levels a warp.
inline constexpr std::array rotation_classes{ChebyshevClass{32, 4, 4}, ChebyshevClass{32, 8, 4}, ChebyshevClass{32, 16, 2},
                                             ChebyshevClass{32, 24, 1}, ChebyshevClass{256, 8, 4}};
/// Otherwise, from e_0 itself: one real vector, complex sums.
inline constexpr std::array real_start_classes{ChebyshevClass{32, 4, 4}, ChebyshevClass{32, 8, 2}, ChebyshevClass{32, 16, 1},
                                               ChebyshevClass{256, 4, 4}};
/// ... and from later states: two real vectors.
inline constexpr std::array complex_start_classes{ChebyshevClass{32, 4, 4}, ChebyshevClass{32, 8, 2}, ChebyshevClass{32, 12, 1},
                                                  ChebyshevClass{256, 4, 4}};

[[nodiscard]] constexpr std::span<const ChebyshevClass> chebyshev_classes(ChebyshevKind kind) {
  switch (kind) {
    case ChebyshevKind::rotation:
      return rotation_classes;
    case ChebyshevKind::real_start:
      return real_start_classes;
    default:
      return complex_start_classes;
  }
}

/// Tiles that a class needs for so many levels: 1 where they fit into one.
std::int64_t tile_count(const ChebyshevClass& c, std::int64_t levels);

/// The first level of a tile, below 0 where its margin reaches beyond the chain.
std::int64_t tile_begin(const ChebyshevClass& c, std::int64_t levels, std::int64_t tile);

/// Passes over an expansion of so many orders.
int pass_count(const ChebyshevClass& c, std::int64_t levels, int orders);

/// One of them; empty behind the last.
[[nodiscard]] QBATT_HD inline kernels::ChebyshevPass chebyshev_pass(index capacity, int margin, index levels, int orders,
                                                                    int number) {
  if (levels <= capacity) return {number, 0, number == 0 ? orders : 0, 0};
  const int begin = number * margin < orders ? number * margin : orders;
  return {number, begin, begin + margin < orders ? begin + margin : orders, margin};
}

/// Multiply-adds that an expansion takes: the recurrence, and the sums of so many targets.
double chebyshev_multiply_adds(ChebyshevKind kind, std::int64_t levels, int orders, std::int64_t targets);

/// The place in chebyshev_classes(kind) of the class with the least multiply-adds for so many levels and targets. A function of
/// these alone.
std::size_t choose_chebyshev_class(ChebyshevKind kind, std::int64_t levels, std::int64_t targets);

/// States of each system that are kept at the beginnings of legs: e_0 and the last used.
inline constexpr std::size_t states_kept = 6;

/// What the buffers of a batch of expansions hold, in bytes a system of n levels, at `times` times at once; `populations`: whether
/// they are handed out.
std::size_t chebyshev_bytes_per_system(std::int64_t n, bool constant_diagonal, std::int64_t times, bool populations);

}  // namespace qbatt::cuda
