#pragma once

#include <cstddef>
#include <new>

#include "cpu/isa/isa.hpp"
#include "cpu/isa/pack.hpp"
#include "kernels/shooting.hpp"

// Groups of eigenvalues, a pack each, shot at from both ends of a chain. Included only by isa_kernels.cpp.
namespace qbatt::cpu::inline QBATT_TARGET {

#if defined(__AVX512F__)
inline constexpr int pack_registers = 3;  // four are no faster, and fill up to larger groups
#else
inline constexpr int pack_registers = 2;  // 16 registers: more would spill
#endif
using Group = Pack<pack_registers>;
inline constexpr int group_lanes = Group::lanes;

inline void fill(const kernels::Chain& chain, const kernels::Coefficients& c, index count) {
  index i = 0;
  for (; i + native_width <= count; i += native_width) {
    double levels[native_width];
    for (int j = 0; j < native_width; ++j) levels[j] = static_cast<double>(c.first + i + j);
    kernels::LevelCoefficients<Pack<1>>::at(chain, Pack<1>::load(levels)).store_in(c, i);
  }
  for (; i < count; ++i) kernels::LevelCoefficients<double>::at(chain, static_cast<double>(c.first + i)).store_in(c, i);
}

/// Coefficients of a range of levels, from the cache or computed into scratch.
struct CoefficientSource {
  const kernels::Chain& chain;
  CoefficientCache cache;
  double* scratch;  ///< kernels::Coefficients::arrays * (longest range)

  kernels::Coefficients range(index first, index count) const {
    if (cache.storage != nullptr) return kernels::Coefficients::in(const_cast<double*>(cache.storage), 0, chain.levels).from(first);
    const auto c = kernels::Coefficients::in(scratch, first, count);
    fill(chain, c, count);
    return c;
  }
};

/// The bonds of a group, and which of them comes next.
struct GroupBonds {
  index bond[group_lanes];

  explicit GroupBonds(const index* bonds) {
    for (int l = 0; l < group_lanes; ++l) bond[l] = bonds[l];
  }
  /// Smallest bond >= at_least, or `none`.
  index next_above(index at_least, index none) const {
    index best = none;
    for (const index r : bond) best = r >= at_least && r < best ? r : best;
    return best;
  }
  /// Largest bond <= at_most, or -1.
  index next_below(index at_most) const {
    index best = -1;
    for (const index r : bond) best = r <= at_most && r > best ? r : best;
    return best;
  }
};

/// One group on its way: up to its bonds, or down to them. Blocks are left behind one after another, with coefficients that all
/// groups share.
class GroupShot {
public:
  GroupShot(const ShootTask& task, const kernels::Chain& chain, std::int64_t first)
      : task_(&task),
        chain_(&chain),
        first_(first),
        bonds_(task.targets.bond + first),
        lambda_(Group::load(task.targets.lambda + first)) {}

  void start_up() {
    shot_ = kernels::Shot<Group>::at_bottom();
    next_bond_ = bonds_.next_above(0, chain_->levels);
    superblock_ = 0;
  }

  /// `top` views the coefficients of the last kept level.
  void start_down(const kernels::Coefficients& top) {
    shot_ = kernels::Shot<Group>::at_top(*chain_, top, lambda_, Group::load(task_->targets.parity + first_));
    next_bond_ = bonds_.next_below(chain_->levels - 2);
    superblock_ = -1;  // whose upper boundary comes next; -1 where no checkpoints are wanted
    if (const Checkpoints* c = task_->checkpoints) {
      superblock_ = c->superblocks - 1;
      store_checkpoint(c->down_here, c->down_behind, c->down_scale, superblock_--);
    }
  }

  [[nodiscard]] bool up_done() const { return next_bond_ >= chain_->levels; }
  [[nodiscard]] bool down_done() const { return next_bond_ < 0; }

  /// Leaves levels [k, end) of one block behind.
  template <bool with_bound>
  void up(const kernels::Coefficients& block, index k, index end) {
    if (const Checkpoints* c = task_->checkpoints; c != nullptr && k == c->boundary[superblock_])
      store_checkpoint(c->up_here, c->up_behind, c->up_scale, superblock_++);
    while (k < end && !up_done()) {
      const index stop = next_bond_ + 1 < end ? next_bond_ + 1 : end;
      kernels::shoot<kernels::Way::up, with_bound>(block.from(k), stop - k, lambda_, shot_);
      k = stop;
      if (k == next_bond_ + 1) {
        capture(next_bond_, 0);
        next_bond_ = bonds_.next_above(k, chain_->levels);
      }
    }
    shot_.close_block();
  }

  /// Leaves levels [begin, k) of one block behind, downward.
  template <bool with_bound>
  void down(const kernels::Coefficients& block, index begin, index k) {
    while (k > begin && !down_done()) {
      index stop = next_bond_ + 1 > begin ? next_bond_ + 1 : begin;
      if (superblock_ >= 0) {
        const index boundary = task_->checkpoints->boundary[superblock_ + 1];
        if (k == boundary + 1) {
          const Checkpoints* c = task_->checkpoints;
          store_checkpoint(c->down_here, c->down_behind, c->down_scale, superblock_--);
        } else if (boundary + 1 > stop && boundary + 1 < k) {
          stop = boundary + 1;
        }
      }
      kernels::shoot<kernels::Way::down, with_bound>(block.from(stop), k - stop, lambda_, shot_);
      k = stop;
      if (k == next_bond_ + 1) {
        capture(next_bond_, bond_fields / 2);
        next_bond_ = bonds_.next_below(next_bond_ - 1);
      }
    }
    if (k == begin) shot_.close_block();
  }

private:
  void store_checkpoint(double* here, double* behind, double* scale, std::int64_t superblock) const {
    const std::int64_t at = superblock * task_->targets.count + first_;
    shot_.vector.here.store(here + at);
    shot_.vector.behind.store(behind + at);
    shot_.scale.store(scale + at);
  }

  /// Keeps what the lanes with this bond have reached: fields as in kernels::BondValues.
  void capture(index bond, int field) const {
    constexpr int fields = bond_fields / 2;
    static_assert(fields == 6 && offsetof(kernels::BondValues, down_here) == fields * sizeof(double));
    const kernels::Shot<Group>& s = shot_;
    double values[fields][group_lanes];
    s.vector.here.store(values[0]);
    s.vector.behind.store(values[1]);
    s.total_norm().store(values[2]);
    s.total_bound().store(values[3]);
    (s.changes - sign_change(s.vector.behind, s.vector.here)).store(values[4]);
    s.scale.store(values[5]);
    for (int l = 0; l < group_lanes; ++l) {
      if (bonds_.bond[l] == bond)
        for (int f = 0; f < fields; ++f) task_->values[(field + f) * task_->targets.count + first_ + l] = values[f][l];
    }
  }

  const ShootTask* task_;
  const kernels::Chain* chain_;
  std::int64_t first_;
  GroupBonds bonds_;
  Group lambda_;
  kernels::Shot<Group> shot_;
  index next_bond_ = 0;
  std::int64_t superblock_ = 0;
};

/// Shoots groups of targets and stores their BondValues: block after block, all groups in each, so that coefficients that are not
/// cached are computed once.
class Shooter {
public:
  Shooter(const ShootTask& task, std::int64_t first, std::int64_t end, double* scratch)
      : task_(task),
        chain_(*task.chain),
        groups_((end - first) / group_lanes),
        shots_(reinterpret_cast<GroupShot*>(scratch)),
        source_{chain_, task.cache, scratch + group_doubles * groups_} {
    for (std::int64_t g = 0; g < groups_; ++g) new (shots_ + g) GroupShot(task, chain_, first + g * group_lanes);
  }

  static std::size_t scratch_size(int block, std::int64_t targets) {
    return static_cast<std::size_t>(group_doubles * (targets / group_lanes) + index{kernels::Coefficients::arrays} * block);
  }

  template <bool with_bound>
  void run() {
    shoot_up<with_bound>();
    shoot_down<with_bound>();
  }

private:
  static_assert(__is_trivially_copyable(GroupShot) && sizeof(GroupShot) % sizeof(double) == 0);
  static constexpr index group_doubles = sizeof(GroupShot) / sizeof(double);

  template <bool with_bound>
  void shoot_up() {
    for (std::int64_t g = 0; g < groups_; ++g) shots_[g].start_up();
    bool more = true;
    for (index k = 0; more && !is_stopped(task_.stop); k = block_after(k)) {
      const auto block = source_.range(k, block_after(k) - k);
      more = false;
      for (std::int64_t g = 0; g < groups_; ++g) {
        if (!shots_[g].up_done()) {
          shots_[g].template up<with_bound>(block, k, block_after(k));
          more = more || !shots_[g].up_done();
        }
      }
    }
  }

  template <bool with_bound>
  void shoot_down() {
    const auto top = source_.range(chain_.levels - 1, 1);
    for (std::int64_t g = 0; g < groups_; ++g) shots_[g].start_down(top);
    bool more = true;
    for (index k = chain_.levels; more && !is_stopped(task_.stop); k = block_before(k)) {  // levels >= k are left behind
      const auto block = source_.range(block_before(k), k - block_before(k));
      more = false;
      for (std::int64_t g = 0; g < groups_; ++g) {
        if (!shots_[g].down_done()) {
          shots_[g].template down<with_bound>(block, block_before(k), k);
          more = more || !shots_[g].down_done();
        }
      }
    }
  }

  [[nodiscard]] index block_after(index k) const {
    const index end = (k / task_.block + 1) * task_.block;
    return end < chain_.levels ? end : chain_.levels;
  }
  [[nodiscard]] index block_before(index k) const { return (k - 1) / task_.block * task_.block; }

  const ShootTask& task_;
  kernels::Chain chain_;
  std::int64_t groups_;
  GroupShot* shots_;
  CoefficientSource source_;
};

}  // namespace qbatt::cpu::inline QBATT_TARGET
