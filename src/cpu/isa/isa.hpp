#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "kernels/chain.hpp"
#include "kernels/match.hpp"
#include "kernels/state_report.hpp"

// The kernels that are compiled once per instruction set, and the views they take. Nothing here owns memory or depends on the
// instruction set: one list of KernelSet objects is all that the rest of the program sees.
namespace qbatt::cpu {

using kernels::index;

/// Coefficients of all levels in one storage (see kernels::Coefficients), or null storage: they are computed block by block.
struct CoefficientCache {
  const double* storage;  ///< [Coefficients::arrays][levels] or null
};

/// Asked now and then by kernels that work for long: whether to leave off, their results unwanted. Null: never.
struct StopWatch {
  bool (*stopped)(const void* token) = nullptr;
  const void* token = nullptr;
};

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
inline constexpr int bond_fields = sizeof(kernels::BondValues) / sizeof(double);

struct ShootTask {
  const kernels::Chain* chain;
  CoefficientCache cache;
  int block;  ///< levels between two rescalings
  ShotTargets targets;
  double* values;                  ///< [bond_fields][count]
  const Checkpoints* checkpoints;  ///< or null: not wanted, and the residual sums neither
  StopWatch stop{};
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
  const kernels::Chain* chain;
  CoefficientCache cache;
  int block;
  StreamPairs pairs;
  int times;
  int components;         ///< real numbers a level and time: whole 1 (constant diagonal) or 2, folded twice that
  const double* factors;  ///< [parity of the level][component * times + time][pair]
  bool observables;       ///< false: flow and flow_change only
};

/// As StreamTask, for many times.
struct TimesTask {
  const kernels::Chain* chain;
  CoefficientCache cache;
  int block;
  StreamPairs pairs;
  std::int64_t even;      ///< folded chains: pairs of parity +1, padded to whole groups, come first
  int times;              ///< a multiple of KernelSet::time_lanes
  int wanted_times;       ///< the others fill up lanes
  const double* cosines;  ///< [pair][time] cos(lambda t) times the pair's copies
  const double* sines;    ///< [pair][time] sin(lambda t) likewise; where the diagonal varies, -sin(lambda t)
  bool currents;          ///< flow and flow_change are wanted
  bool roots;             ///< root_sum is wanted
};

/// What streaming one superblock yields.
struct StreamResult {
  kernels::StateSums* low;     ///< [times]
  kernels::StateSums* high;    ///< [times] of the mirrored half, folded chains only
  double* start_defect;        ///< [times] sum |psi_k - delta_k0|^2, or null
  double* const* populations;  ///< [times] pointers to p_0 of the whole chain, or null
  double* const* amplitudes;   ///< [times] pointers to re psi_0, im psi_0, re psi_1 ... of the whole chain, or null
  double* last_population;     ///< [times] written by the superblock that holds the highest level
  /// Appends significant populations of one time; may be null. Called with `context`.
  void (*significant)(void* context, int time, const double* values, int count);
  void* context;
};

/// The energy of the state as a quadratic form of the phase factors of its pairs, to be summed over the levels:
///
///     M_ab = sum_k (k - (d-1)/2) x_a(k) x_b(k)    over the kept levels; even and odd k apart where the diagonal is constant
///
/// with x_j = c_j v_j. `cross`: only a of the first `even` pairs and b of the others are wanted, else all with a <= b.
struct EnergyTask {
  const kernels::Chain* chain;
  CoefficientCache cache;
  int block;
  StreamPairs pairs;
  std::int64_t even;  ///< pairs of parity +1, padded to whole groups, come first; 0: all against all

  [[nodiscard]] bool cross() const { return even > 0; }
  [[nodiscard]] std::int64_t rows() const { return cross() ? even : pairs.count; }
  [[nodiscard]] std::int64_t columns() const { return cross() ? pairs.count - even : pairs.count; }
};

/// Two groups of KernelSet::lanes pairs, by their numbers.
struct EnergyTile {
  std::int64_t row;
  std::int64_t column;
};

/// As EnergyTask, for some tiles of the matrix alone, those of a band. Sums are, one behind the other for each class of levels
/// (even and odd k apart where the diagonal is constant),
///
///     M_ab [tile][row pair][column pair], and sum_k (k - (d-1)/2)^2 x_a(k)^2 [pair].
struct BandTask {
  const kernels::Chain* chain;
  CoefficientCache cache;
  int block;
  StreamPairs pairs;
  const EnergyTile* tiles;  ///< in ascending order of the later group of each
  std::int64_t count;       ///< tiles
  std::int64_t reach;       ///< the largest distance between the groups of a tile

  [[nodiscard]] std::int64_t class_sums(int lanes) const { return count * lanes * lanes + pairs.count; }
};

/// E(t) = sum_ab (C_a cosine_ab C_b + S_a sine_ab S_b), C = cos(lambda t) and S = sin(lambda t) of row a and column b.
struct EnergyForm {
  std::int64_t rows;
  std::int64_t columns;
  bool cross;  ///< rows and columns are different pairs
  const double* row_lambda;
  const double* column_lambda;
  const double* cosine_matrix;  ///< [rows][columns]
  const double* sine_matrix;
};

/// Times at which EnergyForm is differentiated at once.
inline constexpr int energy_times = 8;

struct ChebyshevTask;  // chebyshev_task.hpp

// Small systems of one dimension, one a lane: entry e of an array begins at e * KernelSet::small_lanes.

struct SmallChains {
  index dim;
  const double* diag;       ///< [dim] in units of a_0
  const double* diag_size;  ///< [dim] what rounding in diag is relative to
  const double* offdiag;    ///< [dim], 0 at the end
};

/// All eigenpairs.
struct SmallPairs {
  const SmallChains* chains;
  double* lambda;             ///< [dim] in no order
  double* vectors;            ///< [pair][level] of norm 1
  double* residual;           ///< [dim] and its rounding, see kernels::pair_residual
  double* residual_rounding;  ///< [dim]
  double* start_defect;       ///< [1] || e_0 - sum c_j v_j ||
  double* converged;          ///< [1] 1 or 0
  double* scratch;            ///< [dim]
};

/// The numbers of a StateReport are written one behind the other in its order: number i is at i times the room of one.
inline constexpr std::size_t report_numbers = sizeof(StateReport) / sizeof(double);
#define QBATT_REPORT_NUMBER(member) (offsetof(qbatt::StateReport, member) / sizeof(double))

/// Phases of equally spaced times are turned from one to the next, up to 7 times: a turn is off by less than 8 u, u = 2^-53 (its
/// factor by 4 u, the product by 3 u), and times that are each rounded by 6 u t slip against it by less than 32 u t.
inline constexpr int turned_times = 16;
inline constexpr double turned_error = 64 * 0x1p-53;
inline constexpr double turned_slip = 32 * 0x1p-53;

/// States at the times of each system; |lambda t| <= kernels::largest_angle in lanes that are to mean something.
struct SmallStates {
  enum Detail { slopes, populations_only, sums, observables };  ///< as qbatt::Detail

  const SmallPairs* pairs;
  int times;
  const double* time;  ///< [times]
  bool uniform;        ///< equally spaced up to turned_slip t; at most turned_times of them
  Detail detail;
  double* values;       ///< [report_numbers][times]; what was not wanted is left alone
  double* populations;  ///< [times][level] or null
  double* amplitudes;   ///< [times][level] re psi, im psi, or null
  double* scratch;      ///< KernelSet::small_scratch(dim) doubles
};

/// One instruction set's copy of the kernels. Scratch of shoot and stream begins at a cache line (AlignedDoubles).
struct KernelSet {
  const char* name;
  int lanes;   ///< targets and pairs come in multiples of this
  bool fused;  ///< multiply-adds round once
  bool (*supported)();
  void (*fill_coefficients)(const kernels::Chain& chain, index first, index count, double* storage);
  /// Shoots targets [first, end), whole multiples of `lanes`.
  void (*shoot)(const ShootTask& task, std::int64_t first, std::int64_t end, double* scratch);
  std::size_t (*shoot_scratch)(int block, std::int64_t targets);
  /// Streams one superblock.
  void (*stream)(const StreamTask& task, std::int64_t superblock, const StreamResult& result, double* scratch);
  std::size_t (*stream_scratch)(const StreamTask& task);
  int time_lanes;  ///< times come in multiples of this
  /// Streams one superblock at many times; start_defect is left alone.
  void (*stream_times)(const TimesTask& task, std::int64_t superblock, const StreamResult& result, double* scratch);
  std::size_t (*stream_times_scratch)(const TimesTask& task);
  /// Adds one superblock to matrices[class][row][column], class 1 the odd levels where the diagonal is constant.
  void (*add_energy)(const EnergyTask& task, std::int64_t superblock, double* matrices, double* scratch);
  std::size_t (*energy_scratch)(const EnergyTask& task);
  /// Adds one superblock to the sums of the band.
  void (*add_energy_band)(const BandTask& task, std::int64_t superblock, double* sums, double* scratch);
  std::size_t (*energy_band_scratch)(const BandTask& task);
  /// E, dE/dt and d^2E/dt^2 at energy_times times; |lambda t| <= kernels::largest_angle.
  void (*differentiate_energy)(const EnergyForm& form, const double* times, double* energies, double* slopes, double* curvatures,
                               double* scratch);
  std::size_t (*differentiate_scratch)(const EnergyForm& form);
  /// log2 of `count` positive normal numbers, a multiple of `lanes`: what the entropy is made of, for tests and benchmarks of it.
  void (*log2)(const double* values, std::int64_t count, double* logarithms);
  /// Of `count` angles, a multiple of `lanes`, none beyond kernels::largest_angle.
  void (*sine_cosine)(const double* angles, std::int64_t count, double* sines, double* cosines);
  void (*run_chebyshev)(const ChebyshevTask& task);
  int small_lanes;  ///< small systems that are solved at once
  void (*diagonalize_small)(const SmallPairs& pairs);
  void (*observe_small)(const SmallStates& states);
  std::size_t (*small_scratch)(index dim);
};

/// All sets of this build, the best first; not all need be supported by the machine.
std::span<const KernelSet* const> kernel_sets();

/// The set in use: the best that the machine supports, or the one that QBATT_ISA names.
const KernelSet& kernel_set();

}  // namespace qbatt::cpu
