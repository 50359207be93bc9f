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
/// Otherwise, from e_0 itself: one real vector, complex sums. First legs are short: see chebyshev_kind().
inline constexpr std::array real_start_classes{ChebyshevClass{32, 4, 4}, ChebyshevClass{32, 8, 2}};
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

/// How a leg of so many levels is expanded, from e_0 (`from_start`) or from a later state. Should a leg from e_0 be longer than
/// real_start_classes hold, it goes as one from a later state does, whose imaginary part is 0. ChebyshevPath plans none: it takes
/// the reach with the least levels * h * order / x, that is at most 210 h for the shortest; order / x > 1, and h does not fall with
/// the levels, so that a first leg has fewer than 210.
[[nodiscard]] ChebyshevKind chebyshev_kind(bool constant_diagonal, bool from_start, std::int64_t levels);

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
/// these alone. Requires that one of the classes takes so many levels, as those of chebyshev_kind() do.
std::size_t choose_chebyshev_class(ChebyshevKind kind, std::int64_t levels, std::int64_t targets);

/// States of each system that are kept at the beginnings of legs: e_0 and the last used.
inline constexpr std::size_t states_kept = 6;

/// Entries of the work space between passes; 0 where one pass does all.
std::int64_t chebyshev_work_entries(ChebyshevKind kind, const ChebyshevClass& c, std::int64_t levels);

/// Device memory of one expansion while it runs: its coefficients, its work space, what describes it and its tiles.
std::size_t chebyshev_expansion_bytes(ChebyshevKind kind, const ChebyshevClass& c, std::int64_t levels, int orders);

/// Device memory that a batch of expansions is given, in bytes.
struct ChebyshevBytes {
  std::size_t batch;   ///< whatever its size
  std::size_t system;  ///< and for each system

  [[nodiscard]] std::size_t of(std::int64_t systems) const { return batch + static_cast<std::size_t>(systems) * system; }

  /// The most systems of a batch that fits.
  [[nodiscard]] std::size_t most_systems(std::size_t memory) const { return memory < batch ? 0 : (memory - batch) / system; }
};

/// What suffices for systems of n levels that are observed at `times` times at once: expansions that do not fit beside the states
/// run one portion after the other.
ChebyshevBytes chebyshev_bytes(std::int64_t n, bool constant_diagonal, std::int64_t times);

}  // namespace qbatt::cuda
