#pragma once

#include <atomic>
#include <cstdint>
#include <vector>

#include "kernels/target.hpp"

namespace qbatt::cpu {

/// Takes the populations of one state in pieces and yields sum_j j p_j over them sorted in descending order, which the ergotropy
/// needs.
///
/// Up to `exact_levels` levels the populations are kept and sorted. Longer chains are counted in a histogram with 2^14 bins an
/// octave, each with the count, mean and spread of its values: exact for bins of one or two values, and right to about 1e-10 of the
/// sum where many levels share a bin, in 35 MB whatever the length. Counts are integers, so neither order nor threads change a bit.
class PopulationRanking {
public:
  static constexpr kernels::index exact_levels = kernels::index{1} << 20;

  /// A chain of `dim` levels whose populations come from `sources` sources.
  PopulationRanking(kernels::index dim, std::size_t sources);

  /// Adds populations in (0, 1 + 1e-9]. Different sources may add at the same time.
  void add(std::size_t source, const double* populations, int count);

  /// The sum, after all were added.
  [[nodiscard]] double passive_level() const;

private:
  struct Bin {
    std::atomic<std::uint64_t> count{0};
    std::atomic<std::uint64_t> offset_sum{0};  ///< offsets within the bin, in units of 2^-16 of its width
    std::atomic<std::uint64_t> offset_square_sum{0};
  };

  void count_in(double p);
  [[nodiscard]] double passive_level_sorted() const;
  [[nodiscard]] double passive_level_counted() const;

  std::vector<std::vector<double>> kept_;  // [source], short chains
  std::vector<Bin> bins_;                  // ascending in p, long chains
};

}  // namespace qbatt::cpu
