#pragma once

#include "cpu/isa/isa_shoot.hpp"
#include "kernels/stream.hpp"

// The vectors of one superblock of levels, regenerated from its checkpoints. Included only by isa_kernels.cpp.
namespace qbatt::cpu::inline QBATT_TARGET {

using kernels::scaled;

/// The parts into which a superblock is divided, `rows` levels each but the last.
struct Parts {
  index begin;
  index end;
  index rows;

  /// Levels that are generated and used together: their values stay in the cache.
  static constexpr int most_rows = 64;

  static Parts of(const Checkpoints& checkpoints, int block, std::int64_t superblock) {
    return {checkpoints.boundary[superblock], checkpoints.boundary[superblock + 1], block < most_rows ? block : most_rows};
  }
  [[nodiscard]] index count() const { return (end - begin + rows - 1) / rows; }
  [[nodiscard]] index first(index part) const { return begin + part * rows; }
  [[nodiscard]] index last(index part) const { return first(part) + rows < end ? first(part) + rows : end; }
  /// The first part at whose upper end a pair matched at `lowest_bond` is in its downward half.
  [[nodiscard]] index first_downward(index lowest_bond) const {
    return lowest_bond < begin ? 0 : (lowest_bond < end ? (lowest_bond - begin) / rows : count());
  }
};

/// Values c_j v_j at the levels of a superblock, part by part in ascending order.
class SuperblockVectors {
public:
  SuperblockVectors(const kernels::Chain& chain, CoefficientCache cache, int block, const StreamPairs& pairs,
                    std::int64_t superblock, double* scratch)
      : pairs_(pairs),
        chain_(chain),
        superblock_(superblock),
        parts_(Parts::of(pairs.checkpoints, block, superblock)),
        last_(superblock + 1 == pairs.checkpoints.superblocks),
        groups_(pairs.count / group_lanes),
        first_downward_(parts_.first_downward(lowest_bond(pairs))),
        source_{chain_, cache, scratch},
        bond_ranges_(reinterpret_cast<BondRange*>(scratch + coefficient_space)),
        up_(scratch + coefficient_space + range_space(groups_)),
        down_(up_ + groups_ * state_size) {
    for (std::int64_t g = 0; g < groups_; ++g) bond_ranges_[g] = bond_range(pairs.bond + g * group_lanes);
    prepare_up();
    prepare_down();
  }

  static std::size_t scratch_size(const StreamPairs& pairs, int block) {
    const index lowest = lowest_bond(pairs);
    index downward = 0;
    for (std::int64_t s = 0; s < pairs.checkpoints.superblocks; ++s) {
      const Parts parts = Parts::of(pairs.checkpoints, block, s);
      const index here = parts.count() - parts.first_downward(lowest);
      downward = here > downward ? here : downward;
    }
    return static_cast<std::size_t>(coefficient_space + range_space(pairs.count / group_lanes) + 2 * pairs.count * (1 + downward));
  }

  [[nodiscard]] const Parts& parts() const { return parts_; }
  /// Whether the level above a part belongs to the chain too.
  [[nodiscard]] bool halo(index part) const { return !(last_ && part == parts_.count() - 1); }
  /// Coefficients of a part's levels, and of its halo.
  [[nodiscard]] kernels::Coefficients coefficients(index part) const {
    return source_.range(parts_.first(part), parts_.last(part) - parts_.first(part) + (halo(part) ? 1 : 0));
  }

  /// Writes the values of groups [begin, end) at the levels of the part, and of its halo, to values[row][pair of those groups].
  /// Parts must be visited in ascending order, each group once in each.
  void generate(index part, const kernels::Coefficients& c, std::int64_t begin, std::int64_t end, double* values) {
    for (std::int64_t g = begin; g < end; ++g) {
      double* const first = values + (g - begin) * group_lanes;
      const Rows rows{first, (end - begin) * group_lanes, static_cast<int>(parts_.last(part) - parts_.first(part)), halo(part)};
      const index written = generate_upward(part, c, g, rows);
      generate_downward(part, c, g, rows, written);
    }
  }

private:
  static constexpr index state_size = 2 * index{group_lanes};
  static constexpr index coefficient_space =
      (index{kernels::Coefficients::arrays} * (Parts::most_rows + 1) + 7) / 8 * 8;  // whole cache lines

  /// The lowest and the highest bond of a group.
  struct BondRange {
    index lowest;
    index highest;
  };
  static_assert(sizeof(BondRange) == 2 * sizeof(double));
  static constexpr index range_space(std::int64_t groups) { return (2 * groups + 7) / 8 * 8; }

  static BondRange bond_range(const index* bonds) {
    BondRange range{bonds[0], bonds[0]};
    for (int l = 1; l < group_lanes; ++l) {
      range.lowest = bonds[l] < range.lowest ? bonds[l] : range.lowest;
      range.highest = bonds[l] > range.highest ? bonds[l] : range.highest;
    }
    return range;
  }

  /// Where a group's values go.
  struct Rows {
    double* values;
    index stride;
    int count;  ///< without halo
    bool halo;

    [[nodiscard]] int all() const { return count + (halo ? 1 : 0); }
    void store(index row, const Group& v) const { v.store(values + row * stride); }
    void add(index row, const Group& v) const { (Group::load(values + row * stride) + v).store(values + row * stride); }
  };

  static index lowest_bond(const StreamPairs& pairs) {
    index lowest = pairs.bond[0];
    for (std::int64_t j = 1; j < pairs.count; ++j) lowest = pairs.bond[j] < lowest ? pairs.bond[j] : lowest;
    return lowest;
  }

  double* up_state(std::int64_t group) const { return up_ + group * state_size; }
  double* down_state(index part, std::int64_t group) const {
    return down_ + ((part - first_downward_) * groups_ + group) * state_size;
  }

  /// Vectors at the first level, for the pairs whose bond is not below it.
  void prepare_up() {
    const StreamPairs& p = pairs_;
    for (std::int64_t j = 0; j < p.count; ++j) {
      double* const state = up_state(j / group_lanes) + j % group_lanes;
      const std::int64_t at = superblock_ * p.count + j;
      const bool active = p.bond[j] >= parts_.begin;
      const double exponent = active ? p.checkpoints.up_scale[at] + p.up_exponent[j] : 0.0;
      state[0] = active ? scaled(p.checkpoints.up_here[at] * p.up_factor[j], exponent) : 0.0;
      state[group_lanes] = active ? scaled(p.checkpoints.up_behind[at] * p.up_factor[j], exponent) : 0.0;
    }
  }

  /// Whether pair j is in its downward half at the upper end of a part: the halo level, or the last level of the chain.
  [[nodiscard]] bool is_down(std::int64_t j, index part) const { return pairs_.bond[j] < parts_.last(part); }

  [[nodiscard]] bool any_down(std::int64_t group, index part) const { return bond_ranges_[group].lowest < parts_.last(part); }

  /// Vectors at the upper end of every part, for the pairs that come from above.
  void prepare_down() {
    for (std::int64_t g = 0; g < groups_; ++g) {
      for (index part = first_downward_; part < parts_.count(); ++part) {
        Group(0.0).store(down_state(part, g));
        Group(0.0).store(down_state(part, g) + group_lanes);
      }
      if (first_downward_ < parts_.count() && any_down(g, parts_.count() - 1)) regenerate_down(g);
    }
  }

  void regenerate_down(std::int64_t g) {
    const std::int64_t at = superblock_ * pairs_.count + g * group_lanes;
    const Checkpoints& c = pairs_.checkpoints;
    kernels::Shot<Group> shot;
    shot.vector.here = Group::load(c.down_here + at);
    shot.vector.behind = Group::load(c.down_behind + at);
    shot.scale = Group::load(c.down_scale + at);
    const Group lambda = Group::load(pairs_.lambda + g * group_lanes);
    for (index part = parts_.count(); part-- > 0;) {
      keep_down(shot, part, g);
      if (part == 0 || !any_down(g, part - 1)) return;
      // `here` stands at the upper end: the halo level, or the last level of the chain.
      const index first = parts_.first(part);
      const index top = halo(part) ? parts_.last(part) : parts_.last(part) - 1;
      const auto block = source_.range(first + 1, top - first);
      kernels::shoot<kernels::Way::down, false>(block, top - first, lambda, shot);
      shot.close_block();
    }
  }

  void keep_down(const kernels::Shot<Group>& shot, index part, std::int64_t g) {
    double here[group_lanes];
    double behind[group_lanes];
    double scale[group_lanes];
    shot.vector.here.store(here);
    shot.vector.behind.store(behind);
    shot.scale.store(scale);
    double* const state = down_state(part, g);
    for (int l = 0; l < group_lanes; ++l) {
      const std::int64_t j = g * group_lanes + l;
      if (is_down(j, part)) {
        const double exponent = scale[l] + pairs_.down_exponent[j];
        state[l] = scaled(here[l] * pairs_.down_factor[j], exponent);
        state[group_lanes + l] = scaled(behind[l] * pairs_.down_factor[j], exponent);
      }
    }
  }

  /// Sets the lanes whose bond is `bond` to zero.
  void silence(kernels::VectorPair<Group>& v, const GroupBonds& bonds, index bond) const {
    double here[group_lanes];
    double behind[group_lanes];
    v.here.store(here);
    v.behind.store(behind);
    for (int l = 0; l < group_lanes; ++l)
      if (bonds.bond[l] == bond) here[l] = behind[l] = 0.0;
    v.here = Group::load(here);
    v.behind = Group::load(behind);
  }

  /// The levels up to each pair's bond, zero above it; returns how many rows were written.
  index generate_upward(index part, const kernels::Coefficients& c, std::int64_t g, const Rows& rows) {
    const index end = parts_.first(part) + rows.count;
    if (bond_ranges_[g].highest < parts_.first(part)) return 0;
    double* const state = up_state(g);
    const Group lambda = Group::load(pairs_.lambda + g * group_lanes);
    kernels::VectorPair<Group> v{Group::load(state), Group::load(state + group_lanes)};
    const auto sink = [rows](index row, const Group& value) { rows.store(row, value); };
    index row = 0;
    if (bond_ranges_[g].lowest < end) {
      const GroupBonds bonds(pairs_.bond + g * group_lanes);
      const index first = parts_.first(part);
      for (index bond = bonds.next_above(first, end); bond < end; bond = bonds.next_above(bond + 1, end)) {
        kernels::stream<kernels::Way::up>(c, row, bond + 1 - first, lambda, v, sink);
        row = bond + 1 - first;
        silence(v, bonds, bond);
      }
    }
    if (bond_ranges_[g].highest >= end) {
      kernels::stream<kernels::Way::up>(c, row, rows.count, lambda, v, sink);
      row = rows.count;
      if (rows.halo) rows.store(row++, v.here);
    }
    v.here.store(state);
    v.behind.store(state + group_lanes);
    return row;
  }

  /// The levels above each pair's bond, added to the `written` rows that the upward half has filled.
  void generate_downward(index part, const kernels::Coefficients& c, std::int64_t g, const Rows& rows, index written) {
    for (index row = written; row < rows.all(); ++row) rows.store(row, Group(0.0));
    if (!any_down(g, part)) return;
    const GroupBonds bonds(pairs_.bond + g * group_lanes);
    const index first = parts_.first(part);
    index bond = bonds.next_below(parts_.last(part) - 1);
    const double* const state = down_state(part, g);
    const Group lambda = Group::load(pairs_.lambda + g * group_lanes);
    kernels::VectorPair<Group> v{Group::load(state), Group::load(state + group_lanes)};
    const auto sink = [rows](index row, const Group& value) { rows.add(row, value); };
    index row = rows.all();
    for (; bond >= first; bond = bonds.next_below(bond - 1)) {
      kernels::stream<kernels::Way::down>(c, bond + 1 - first, row, lambda, v, sink);
      row = bond + 1 - first;
      silence(v, bonds, bond);
    }
    if (bond >= 0) kernels::stream<kernels::Way::down>(c, 0, row, lambda, v, sink);
  }

  const StreamPairs& pairs_;
  const kernels::Chain& chain_;
  std::int64_t superblock_;
  Parts parts_;
  bool last_;
  std::int64_t groups_;
  index first_downward_;
  CoefficientSource source_;
  BondRange* bond_ranges_;  // [group]
  double* up_;              // [group][here, behind][lane]
  double* down_;            // [part - first_downward_][group][here, behind][lane]
};

}  // namespace qbatt::cpu::inline QBATT_TARGET
