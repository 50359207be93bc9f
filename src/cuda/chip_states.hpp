#pragma once

#include <array>
#include <span>
#include <vector>

#include "cuda/batch_states.hpp"
#include "kernels/cuda/runtime.hpp"
#include "kernels/team/solver.hpp"
#include "model/level_chain.hpp"

namespace qbatt::cuda {

/// Chains with more levels than this, as they are kept, take one team too long.
inline constexpr std::int64_t most_chip_levels = 4096;

/// Chains that are solved together, each by a team of threads from its numbers to its row; nothing but the rows leaves the chip,
/// and the pairs where states at other times are wanted. Any mix of sizes. What a row says depends on its chain alone.
class ChipStates final : public BatchStates {
public:
  /// What is wanted besides the pairs.
  struct Wanted {
    bool first_peak = false;
    kernels::PeakOf peak_of = kernels::PeakOf::energy;
    bool observed = false;    ///< with the state there
    bool more_times = false;  ///< states at other times will be asked for
  };

  /// Solves them. `memory`: bytes that the teams' work spaces may fill. Throws BackendError.
  ChipStates(std::span<const LevelChain> chains, const Wanted& wanted, std::size_t memory, const Stream& stream);

  [[nodiscard]] std::int64_t pairs(std::size_t place) const override { return rows_[place].pairs; }
  [[nodiscard]] bool solved(std::size_t place) const override { return rows_[place].info == 0; }
  [[nodiscard]] double error_bound(std::size_t place, double t) const override { return rows_[place].certificate.error_bound(t); }
  [[nodiscard]] double pair_defect(std::size_t place, double t) const override { return rows_[place].certificate.pair_defect(t); }
  [[nodiscard]] double bandwidth(std::size_t place) const override { return rows_[place].bandwidth; }

  [[nodiscard]] bool takes_lists() const override { return true; }

  /// Both: of what was wanted.
  std::vector<double> first_peaks(kernels::PeakOf peak_of) override;
  std::vector<StateReport> reports_of(std::span<const index> members, std::span<const double> t, Detail detail) override;
  std::vector<Optimum> optima(OptimumRule rule, double window, bool observed) override;
  void evaluate_slab(const Slab& slab, Staging& staging) override;

  /// Bytes of device memory a chain of `dim` levels at most, besides the work spaces; `series`: many times are asked for.
  static std::size_t bytes_a_chain(std::int64_t dim, bool series, bool populations);

private:
  /// Chains whose teams are alike.
  struct Group {
    int threads;             ///< of a team
    std::size_t near_bytes;  ///< of shared memory that a team may have
    std::size_t bytes;       ///< that it needs
    std::vector<index> members;
  };

  void plan();
  void group();
  void solve(const Wanted& wanted, bool keep);
  template <class MakeStage>
  void launch_groups(std::span<const index> chains, const MakeStage& make_stage) const;
  void keep_pairs();
  void evaluate_chains(std::span<const index> chains, const double* t, index times, Detail detail, StateReport* reports,
                       const kernels::LevelOutput& levels);

  const Stream& stream_;
  std::size_t memory_;
  std::vector<kernels::Chain> chains_;
  DeviceBuffer<kernels::Chain> on_device_;
  DeviceBuffer<kernels::TeamPlan> device_plans_;
  DeviceBuffer<kernels::TeamRow> device_rows_;
  DeviceBuffer<StateReport> device_reports_;
  std::vector<kernels::TeamPlan> plans_;
  std::vector<kernels::TeamRow> rows_;
  std::vector<StateReport> reports_;
  std::vector<Group> groups_;
  std::vector<index> first_kept_;  ///< of each chain's pairs
  std::unique_ptr<DeviceBuffer<double>> kept_;
  std::unique_ptr<DeviceBuffer<index>> device_first_kept_;
};

}  // namespace qbatt::cuda
