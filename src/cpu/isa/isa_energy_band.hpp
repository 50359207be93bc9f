#pragma once

#include "cpu/isa/isa_products.hpp"
#include "cpu/isa/isa_vectors.hpp"

// A band of the matrix of the energy. Included only by isa_kernels.cpp.
namespace qbatt::cpu::inline QBATT_TARGET {

/// Adds superblocks to the sums of BandTask. Groups are generated one after the other, and no more are held than the tiles reach
/// over, so that their values stay in the cache however many pairs there are.
class BandAccumulator {
public:
  BandAccumulator(const BandTask& task, double* sums, double* scratch)
      : task_(task),
        sums_(sums),
        chain_(*task.chain),
        classes_(chain_.constant_diagonal ? 2 : 1),
        held_(task.reach + 1),
        values_(scratch),
        weighted_(values_ + held_ * group_space),
        vector_scratch_(weighted_ + held_ * group_space) {}

  static std::size_t scratch_size(const BandTask& task) {
    return static_cast<std::size_t>(2 * (task.reach + 1) * group_space) + SuperblockVectors::scratch_size(task.pairs, task.block);
  }

  void add(std::int64_t superblock) {
    SuperblockVectors vectors(chain_, task_.cache, task_.block, task_.pairs, superblock, vector_scratch_);
    const Parts& parts = vectors.parts();
    for (index part = 0; part < parts.count(); ++part) {
      const auto coefficients = vectors.coefficients(part);
      const index first = parts.first(part);
      const auto rows = static_cast<int>(parts.last(part) - first);
      std::int64_t tile = 0;
      for (std::int64_t g = 0; g < task_.pairs.count / group_lanes; ++g) {
        vectors.generate(part, coefficients, g, g + 1, values(g));
        weigh(g, first, rows);
        for (; tile < task_.count && later_group(tile) == g; ++tile) add_tile(tile, first, rows);
      }
    }
  }

private:
  /// Values of a group at the levels of a part and its halo: [row][lane].
  static constexpr index group_space = (Parts::most_rows + 1) * index{group_lanes};

  double* values(std::int64_t group) const { return values_ + group % held_ * group_space; }
  double* weighted(std::int64_t group) const { return weighted_ + group % held_ * group_space; }
  [[nodiscard]] std::int64_t later_group(std::int64_t tile) const {
    const EnergyTile& t = task_.tiles[tile];
    return t.row > t.column ? t.row : t.column;
  }
  double* class_sums(int c) const { return sums_ + c * task_.class_sums(group_lanes); }
  /// The first row of a part that belongs to a class of levels.
  [[nodiscard]] int first_row(index first_level, int c) const {
    return classes_ == 2 ? static_cast<int>((first_level + c) & 1) : 0;
  }

  /// Values times the distance of the level from the middle of the chain, and the squares of that.
  void weigh(std::int64_t group, index first, int rows) {
    const double center = 0.5 * static_cast<double>(chain_.dim - 1);
    for (int c = 0; c < classes_; ++c) {
      double* const squares = class_sums(c) + task_.count * group_lanes * group_lanes + group * group_lanes;
      Group sum = Group::load(squares);
      for (int row = first_row(first, c); row < rows; row += classes_) {
        const Group x = Group(static_cast<double>(first + row) - center) * Group::load(values(group) + row * index{group_lanes});
        x.store(weighted(group) + row * index{group_lanes});
        sum = mul_add(x, x, sum);
      }
      sum.store(squares);
    }
  }

  void add_tile(std::int64_t tile, index first, int rows) {
    const EnergyTile& t = task_.tiles[tile];
    const index stride = classes_ * index{group_lanes};
    for (int c = 0; c < classes_; ++c) {
      const int start = first_row(first, c);
      const index at = start * index{group_lanes};
      gram_product({weighted(t.row) + at, stride}, group_lanes, {values(t.column) + at, stride}, group_lanes,
                   (rows - start + classes_ - 1) / classes_, false, class_sums(c) + tile * group_lanes * group_lanes, group_lanes);
    }
  }

  const BandTask& task_;
  double* sums_;
  kernels::Chain chain_;
  int classes_;
  std::int64_t held_;  // groups
  double* values_;     // [group % held_][row][lane]
  double* weighted_;   // likewise, times the distance of the level from the middle of the chain
  double* vector_scratch_;
};

}  // namespace qbatt::cpu::inline QBATT_TARGET
