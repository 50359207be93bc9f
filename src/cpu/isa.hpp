#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "kernels/target.hpp"

// The kernels that are compiled once per instruction set, and the views they take. Nothing here owns memory or depends on the
// instruction set: one list of KernelSet objects is all that the rest of the program sees.
namespace qbatt::cpu {

using kernels::index;

/// A system in units of a_0, as plain numbers.
struct ChainData {
  double n_b, n_c, m, detuning, ising, offdiag_square;
  index dim;
  index levels;
  bool folded;
  bool constant_diagonal;
};

/// Coefficients of all levels in one storage (see kernels::Coefficients), or null storage: they are computed block by block.
struct CoefficientCache {
  const double* storage;  ///< [Coefficients::arrays][levels] or null
};

inline constexpr int coefficient_arrays = 9;

/// Eigenvalues to be shot at, a multiple of KernelSet::lanes of them.
struct ShotTargets {
  std::int64_t count;
  const double* lambda;
  const double* parity;  ///< +-1; ignored unless the chain is folded
  const index* bond;     ///< r, 0 ... levels - 2: matched between levels r and r + 1
};

/// Where the vectors stood at the boundaries of superblocks: boundary[s] is the first level of superblock s.
/// Arrays are [superblock][target]; up: u at boundary[s] and boundary[s]-1; down: w at boundary[s+1] and boundary[s+1]+1 (the last
/// superblock: the top of the chain and the level beyond it). True values are here * 2^scale.
struct Checkpoints {
  const index* boundary;  ///< [superblocks + 1]
  std::int64_t superblocks;
  double* up_here;
  double* up_behind;
  double* up_scale;
  double* down_here;
  double* down_behind;
  double* down_scale;
};

/// Ends of the shots, structure of arrays as in kernels::BondValues: field f of target i is values[f * count + i].
inline constexpr int bond_fields = 12;

struct ShootTask {
  const ChainData* chain;
  CoefficientCache cache;
  int block;  ///< levels between two rescalings
  ShotTargets targets;
  double* values;                  ///< [bond_fields][count]
  const Checkpoints* checkpoints;  ///< or null: not wanted, and the residual sums neither
};

/// Sums over the levels of one superblock at one time; `high` belongs to the mirrored half.
struct StreamSums {
  double norm, mean, spread, entropy, purity, root_sum, largest, flow, flow_change;
};

/// Pairs whose sum is the state. Values at the boundaries of superblocks carry the coefficient c_j; pairs are padded to a multiple
/// of KernelSet::lanes with zeros.
struct StreamPairs {
  std::int64_t count;
  const double* lambda;
  const index* bond;
  Checkpoints checkpoints;
  const double* up_factor;  ///< c_j v_j = here * up_factor * 2^(up_scale + up_exponent)
  const double* up_exponent;
  const double* down_factor;
  const double* down_exponent;
};

struct StreamTask {
  const ChainData* chain;
  CoefficientCache cache;
  int block;
  StreamPairs pairs;
  int times;
  int components;         ///< real numbers a level and time: whole 1 (constant diagonal) or 2, folded twice that
  const double* factors;  ///< [parity of the level][component * times + time][pair]
  bool observables;       ///< false: flow and flow_change only
};

/// What streaming one superblock yields.
struct StreamResult {
  StreamSums* low;             ///< [times]
  StreamSums* high;            ///< [times], folded chains only
  double* start_defect;        ///< [times] sum |psi_k - delta_k0|^2, or null
  double* const* populations;  ///< [times] pointers to p_0 of the whole chain, or null
  double* last_population;     ///< [times] written by the superblock that holds the highest level
  /// Appends significant populations of one time; may be null. Called with `context`.
  void (*significant)(void* context, int time, const double* values, int count);
  void* context;
};

/// One instruction set's copy of the kernels.
struct KernelSet {
  const char* name;
  int lanes;   ///< targets and pairs come in multiples of this
  bool fused;  ///< multiply-adds round once
  bool (*supported)();
  void (*fill_coefficients)(const ChainData& chain, index first, index count, double* storage);
  /// Shoots targets [first, first + lanes).
  void (*shoot)(const ShootTask& task, std::int64_t first, double* scratch);
  std::size_t (*shoot_scratch)(int block);
  /// Streams one superblock.
  void (*stream)(const StreamTask& task, std::int64_t superblock, const StreamResult& result, double* scratch);
  std::size_t (*stream_scratch)(const StreamTask& task, index longest_superblock);
};

/// All sets of this build, the best first; not all need be supported by the machine.
std::span<const KernelSet* const> kernel_sets();

/// The set in use: the best that the machine supports, or the one that QBATT_ISA names.
const KernelSet& kernel_set();

}  // namespace qbatt::cpu
