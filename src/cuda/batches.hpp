#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <limits>
#include <span>
#include <vector>

#include "model/level_chain.hpp"
#include "qbatt/solve.hpp"

// How systems become batches of equally large matrices. Plain functions without CUDA.
namespace qbatt::cuda {

/// Levels of the matrix that a system of `dim` levels is put into: dim for up to 32 levels; beyond, dim - 1 is rounded up to one of
/// 16 steps an octave, so that a sweep of sizes falls into few batches at no more than 20 % more work. It depends on dim alone: a
/// row must not depend on its company.
std::int64_t padded_levels(std::int64_t dim);

/// What a device and the routines take at once.
struct BatchLimits {
  std::size_t memory = 0;                                            ///< bytes for everything a batch needs
  std::int64_t matrices = 32'000;                                    ///< cusolverDnXsyevBatched refuses more than about 32 k
  std::int64_t elements = std::numeric_limits<std::int32_t>::max();  ///< of all matrices: the routines count them in 32 bits
};

/// Bytes that a batch of `count` matrices takes; the greatest std::size_t where the routines cannot take so many.
using BatchBytes = std::function<std::size_t(std::int64_t count)>;

/// The largest number of matrices of n levels that all limits allow; 0 where not even one fits. `bytes` must not fall with count.
std::int64_t largest_batch(std::int64_t n, const BatchLimits& limits, const BatchBytes& bytes);

/// What the buffers of a batch hold besides the workspace of the diagonalization, in bytes a system of n levels, at `times` times
/// at once: 2 columns a time unless the diagonal is constant; `populations`: whether they are handed out.
std::size_t bytes_per_system(std::int64_t n, bool constant_diagonal, std::int64_t times, bool populations);

/// The largest n whose matrix the routines can count in 32 bits.
inline constexpr std::int64_t largest_matrix = 46'340;

/// Likewise where `pairs` pairs of each system are found by shooting: vectors, coefficients and grids instead of matrices.
std::size_t shooting_bytes_per_system(std::int64_t n, std::int64_t pairs, bool constant_diagonal, std::int64_t times,
                                      bool populations);

/// Vectors to make room for where shooting is expected to find so many: a few more, in steps of 16, at most all levels of the
/// padded vector. A function of the system alone: the length of the products, and with it their rounding, depends on it.
std::int64_t padded_pairs(double expected, std::int64_t dim);

/// Systems that are solved at once: all have the same n = padded_levels(dim), the same room for pairs and the same kind of
/// diagonal.
struct Batch {
  Solver solver = Solver::dense;  ///< or spectral, chebyshev
  std::int64_t n = 0;
  std::int64_t pairs = 0;  ///< n where the solver is dense, 0 where it is chebyshev
  bool constant_diagonal = false;
  bool on_chip = false;              ///< chains that teams solve, see ChipStates; n is of the longest, pairs is 0
  std::int64_t segment = 0;          ///< of the levels of a long chain, which is alone in its batch; 0: not one
  std::int64_t window = 0;           ///< its segments whose vectors are held at once
  std::size_t memory = 0;            ///< bytes that expansions, or the work spaces of teams, may fill; 0 for others
  std::vector<std::size_t> systems;  ///< places in the list, ascending
};

/// Which systems are solved alone, their levels cut into segments. What follows from it depends on the system alone.
struct LongChains {
  std::int64_t least_levels = std::int64_t{1} << 17;  ///< levels from which on a chain is long
  std::int64_t least_segment = 1024;                  ///< levels of a segment, or so many that there are at most 8192
  [[nodiscard]] bool include(std::int64_t dim) const { return dim >= least_levels; }
  [[nodiscard]] std::int64_t segment(std::int64_t dim) const;
};

/// What shooting at a system takes.
struct ShootingSize {
  std::int64_t dim;
  std::int64_t kept;   ///< levels up to the fold
  std::int64_t pairs;  ///< see padded_pairs()
  bool constant_diagonal;
};

/// Systems of a batch at most: so many fill a device whatever their size, and more batches keep all streams busy. cuSOLVER takes
/// little more.
inline constexpr std::size_t most_systems = 32'768;

/// Likewise of expansions, whose coefficients come from the host, some hundred kilobytes a system and leg.
inline constexpr std::size_t most_expansions = 8'192;

/// What each of `streams` streams of a process may fill of so many bytes of a device, which `processes` processes use alike.
std::size_t memory_of_stream(std::size_t bytes, int processes, std::size_t streams);

/// Bytes that a batch may fill.
struct BatchMemory {
  std::size_t several = 0;  ///< where it holds several chains
  std::size_t alone = 0;    ///< where one chain takes more

  /// The most chains of a batch, `fitting(bytes)` being how many have room: as many as fit several, else one that fits alone, else
  /// 0.
  template <class Fitting>
  [[nodiscard]] std::int64_t most(const Fitting& fitting) const {
    const auto together = static_cast<std::int64_t>(fitting(several));
    return together > 0 ? together : std::min<std::int64_t>(1, static_cast<std::int64_t>(fitting(alone)));
  }
};

/// What there is for a batch.
struct ShootingBudget {
  BatchMemory memory;
  std::int64_t times;  ///< at which states are evaluated at once
  bool populations;    ///< whether they are handed out
};

/// What a long chain holds in segments of so many levels, the vectors of `window` of them at once, in bytes.
std::size_t long_chain_bytes(const ShootingSize& size, std::int64_t segment, std::int64_t window, const ShootingBudget& budget);

/// The most segments whose vectors fit where there is room for several chains, at most all, else where there is room for one; 0
/// where not even one fits.
std::int64_t long_chain_window(const ShootingSize& size, std::int64_t segment, const ShootingBudget& budget);

/// Cuts chains[i], i in `selected`, into batches, the most expensive first. `largest(n, constant_diagonal)` is the largest
/// allowed. Throws InputError where it is 0 for some, and for matrices larger than largest_matrix.
std::vector<Batch> plan_dense_batches(std::span<const LevelChain> chains, std::span<const std::size_t> selected,
                                      const std::function<std::int64_t(std::int64_t n, bool constant_diagonal)>& largest);

/// Cuts them into batches for shooting, the most expensive first: pairs[i] is the room that chains[i] needs (padded_pairs).
/// `largest` is the largest number of systems that memory allows. Throws InputError where it is 0 for some.
std::vector<Batch> plan_shooting_batches(
    std::span<const LevelChain> chains, std::span<const std::size_t> selected, std::span<const std::int64_t> pairs,
    const std::function<std::int64_t(std::int64_t n, std::int64_t pairs, bool constant_diagonal)>& largest);

/// Chains that teams solve, in batches of similar length, the longest first; `each(dim)` is what a chain takes of `memory`. Throws
/// InputError where one does not fit.
std::vector<Batch> plan_chip_batches(std::span<const LevelChain> chains, std::span<const std::size_t> selected, std::size_t memory,
                                     const std::function<std::size_t(std::int64_t dim)>& each);

/// Long chains each in a batch of its own, then the others. Shape: sizes[chains]. Throws InputError where something does not fit.
std::vector<Batch> plan_spectral_batches(std::span<const LevelChain> chains, std::span<const std::size_t> selected,
                                         std::span<const ShootingSize> sizes, const LongChains& long_chains,
                                         const ShootingBudget& budget);

/// Likewise for expansions, observed at `times` times at once. Throws InputError where something does not fit.
std::vector<Batch> plan_chebyshev_batches(std::span<const LevelChain> chains, std::span<const std::size_t> selected,
                                          const BatchMemory& memory, std::int64_t times);

}  // namespace qbatt::cuda
