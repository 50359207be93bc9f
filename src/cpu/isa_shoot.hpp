#pragma once

#include "cpu/isa.hpp"
#include "cpu/pack.hpp"
#include "kernels/shooting.hpp"

// One group of eigenvalues, a pack of them, shot at from both ends of a chain. Included only by isa_kernels.cpp.
namespace qbatt::cpu::inline QBATT_TARGET {

#if defined(__AVX512F__)
inline constexpr int pack_registers = 4;
#else
inline constexpr int pack_registers = 2;  // 16 registers: more would spill
#endif
using Group = Pack<pack_registers>;
inline constexpr int group_lanes = Group::lanes;

inline kernels::Chain chain_of(const ChainData& c) {
  return {{c.n_b, c.n_c, c.m, c.detuning, c.ising, c.offdiag_square}, c.dim, c.levels, c.folded, c.constant_diagonal};
}

inline void fill(const kernels::Chain& chain, const kernels::Coefficients& c, index count) {
  index i = 0;
  for (; i + native_width <= count; i += native_width) {
    double levels[native_width];
    for (int j = 0; j < native_width; ++j) {
      levels[j] = static_cast<double>(c.first + i + j);
    }
    kernels::LevelCoefficients<Pack<1>>::at(chain, Pack<1>::load(levels)).store_in(c, i);
  }
  for (; i < count; ++i) {
    kernels::LevelCoefficients<double>::at(chain, static_cast<double>(c.first + i)).store_in(c, i);
  }
}

/// Coefficients of a range of levels, from the cache or computed into scratch.
struct CoefficientSource {
  const kernels::Chain& chain;
  CoefficientCache cache;
  double* scratch;  ///< coefficient_arrays * (longest range)

  kernels::Coefficients range(index first, index count) const {
    if (cache.storage != nullptr) {
      return kernels::Coefficients::in(const_cast<double*>(cache.storage), 0, chain.levels).from(first);
    }
    const auto c = kernels::Coefficients::in(scratch, first, count);
    fill(chain, c, count);
    return c;
  }
};

/// The bonds of a group, and which of them comes next.
struct GroupBonds {
  index bond[group_lanes];

  explicit GroupBonds(const index* bonds) {
    for (int l = 0; l < group_lanes; ++l) {
      bond[l] = bonds[l];
    }
  }
  /// Smallest bond >= at_least, or `none`.
  index next_above(index at_least, index none) const {
    index best = none;
    for (const index r : bond) {
      best = r >= at_least && r < best ? r : best;
    }
    return best;
  }
  /// Largest bond <= at_most, or -1.
  index next_below(index at_most) const {
    index best = -1;
    for (const index r : bond) {
      best = r <= at_most && r > best ? r : best;
    }
    return best;
  }
};

/// Shoots one group and stores its BondValues.
class GroupShooter {
public:
  GroupShooter(const ShootTask& task, std::int64_t first, double* scratch)
      : task_(task),
        first_(first),
        chain_(chain_of(*task.chain)),
        source_{chain_, task.cache, scratch},
        bonds_(task.targets.bond + first),
        lambda_(Group::load(task.targets.lambda + first)),
        parity_(Group::load(task.targets.parity + first)) {}

  template <bool with_bound>
  void run() {
    shoot_upward<with_bound>();
    shoot_downward<with_bound>();
  }

private:
  template <bool with_bound>
  void shoot_upward() {
    auto shot = kernels::Shot<Group>::at_bottom();
    index next_bond = bonds_.next_above(0, chain_.levels);
    std::int64_t superblock = 0;
    for (index k = 0; next_bond < chain_.levels;) {
      const index block_end = block_after(k);
      const auto block = source_.range(k, block_end - k);
      if (const Checkpoints* c = task_.checkpoints; c != nullptr && k == c->boundary[superblock]) {
        store_checkpoint(c->up_here, c->up_behind, c->up_scale, superblock++, shot);
      }
      while (k < block_end && next_bond < chain_.levels) {
        const index stop = next_bond + 1 < block_end ? next_bond + 1 : block_end;
        kernels::shoot_up<with_bound>(block.from(k), stop - k, lambda_, shot);
        k = stop;
        if (k == next_bond + 1) {
          capture(shot, next_bond, 0);
          next_bond = bonds_.next_above(k, chain_.levels);
        }
      }
      shot.close_block();
    }
  }

  template <bool with_bound>
  void shoot_downward() {
    const auto top = source_.range(chain_.levels - 1, 1);
    auto shot = kernels::Shot<Group>::at_top(chain_, top, lambda_, parity_);
    index next_bond = bonds_.next_below(chain_.levels - 2);
    std::int64_t superblock = -1;  // whose upper boundary comes next; -1 where no checkpoints are wanted
    if (const Checkpoints* c = task_.checkpoints) {
      superblock = c->superblocks - 1;
      store_checkpoint(c->down_here, c->down_behind, c->down_scale, superblock--, shot);
    }
    for (index k = chain_.levels; next_bond >= 0;) {  // levels >= k are left behind
      const index block_begin = block_before(k);
      const auto block = source_.range(block_begin, k - block_begin);
      while (k > block_begin && next_bond >= 0) {
        index stop = next_bond + 1 > block_begin ? next_bond + 1 : block_begin;
        if (superblock >= 0) {
          const index boundary = task_.checkpoints->boundary[superblock + 1];
          if (k == boundary + 1) {
            const Checkpoints* c = task_.checkpoints;
            store_checkpoint(c->down_here, c->down_behind, c->down_scale, superblock--, shot);
          } else if (boundary + 1 > stop && boundary + 1 < k) {
            stop = boundary + 1;
          }
        }
        kernels::shoot_down<with_bound>(block.from(stop), k - stop, lambda_, shot);
        k = stop;
        if (k == next_bond + 1) {
          capture(shot, next_bond, bond_fields / 2);
          next_bond = bonds_.next_below(next_bond - 1);
        }
      }
      if (k == block_begin) {
        shot.close_block();
      }
    }
  }

  index block_after(index k) const {
    const index end = (k / task_.block + 1) * task_.block;
    return end < chain_.levels ? end : chain_.levels;
  }
  index block_before(index k) const { return (k - 1) / task_.block * task_.block; }

  void store_checkpoint(double* here, double* behind, double* scale, std::int64_t superblock, const kernels::Shot<Group>& s) const {
    const std::int64_t at = superblock * task_.targets.count + first_;
    s.vector.here.store(here + at);
    s.vector.behind.store(behind + at);
    s.scale.store(scale + at);
  }

  /// Keeps what the lanes with this bond have reached: fields as in kernels::BondValues.
  void capture(const kernels::Shot<Group>& s, index bond, int field) const {
    double values[6][group_lanes];
    s.vector.here.store(values[0]);
    s.vector.behind.store(values[1]);
    s.total_norm().store(values[2]);
    s.total_bound().store(values[3]);
    (s.changes - sign_change(s.vector.behind, s.vector.here)).store(values[4]);
    s.scale.store(values[5]);
    for (int l = 0; l < group_lanes; ++l) {
      if (bonds_.bond[l] == bond) {
        for (int f = 0; f < 6; ++f) {
          task_.values[(field + f) * task_.targets.count + first_ + l] = values[f][l];
        }
      }
    }
  }

  const ShootTask& task_;
  std::int64_t first_;
  kernels::Chain chain_;
  CoefficientSource source_;
  GroupBonds bonds_;
  Group lambda_;
  Group parity_;
};

}  // namespace qbatt::cpu::inline QBATT_TARGET
