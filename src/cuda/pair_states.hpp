#pragma once

#include <span>
#include <vector>

#include "cuda/batch_states.hpp"
#include "kernels/cuda/certify.hpp"
#include "kernels/cuda/linear_algebra.hpp"
#include "kernels/cuda/pair_batch.hpp"
#include "kernels/cuda/runtime.hpp"
#include "kernels/cuda/shooting_stages.hpp"

namespace qbatt::cuda {

/// What the systems of a batch share.
struct BatchShape {
  index n;                 ///< levels of a vector, padding included
  index pairs;             ///< vectors there is room for: n for a dense diagonalization
  bool constant_diagonal;  ///< of every system
};

/// One batch on its way: descriptors -> eigenpairs, by dense matrices or by shooting -> certificates -> first peaks -> states.
/// Owns the device memory; all work is in the order of the stream, and only what hands data to the host waits for it. Throws
/// BackendError.
class PairStates final : public BatchStates {
public:
  /// `linear_algebra` and `stream` must outlive this.
  PairStates(std::span<const SystemDescriptor> systems, const BatchShape& shape, const LinearAlgebra& linear_algebra,
             const Stream& stream);

  /// Dense: matrices, then all their eigenpairs.
  void assemble();
  void diagonalize();
  /// Instead of both: the eigenpairs in the windows of the systems. Shape: shooting[count].
  void shoot(std::span<const ShootingDescriptor> shooting);
  /// Its steps, each by itself for measurements.
  class Shooting;
  /// What follows needs it.
  void certify();
  /// The first peak of every system that has pairs.
  void find_first_peaks(kernels::PeakOf peak_of);
  /// [count] in units of 1/a_0, NaN where there is none. After find_first_peaks().
  [[nodiscard]] std::vector<double> peaks() const;

  /// [count]
  [[nodiscard]] const std::vector<PairSummary>& summaries() const { return on_host_; }

  [[nodiscard]] std::int64_t pairs(std::size_t place) const override { return on_host_[place].pairs; }
  [[nodiscard]] bool solved(std::size_t place) const override { return on_host_[place].info == 0; }
  [[nodiscard]] double error_bound(std::size_t place, double t) const override {
    return on_host_[place].certificate.error_bound(t);
  }
  [[nodiscard]] double pair_defect(std::size_t place, double t) const override {
    return on_host_[place].certificate.pair_defect(t);
  }
  [[nodiscard]] double bandwidth(std::size_t place) const override { return on_host_[place].bandwidth; }
  [[nodiscard]] bool takes_lists() const override { return true; }
  std::vector<double> first_peaks(kernels::PeakOf peak_of) override;
  std::vector<StateReport> reports_of(std::span<const index> members, std::span<const double> t, Detail detail) override;
  void evaluate_slab(const Slab& slab, Staging& staging) override;

  /// Steps of evaluate(), each by itself for measurements: factors and product; populations, energies, entropies, ergotropies.
  class Evaluation;

private:
  /// Gives every search that wants exactly `samples` times those samples, round after round, until none does.
  void serve_searches(kernels::PeakOf peak_of, int samples);

  const LinearAlgebra& linear_algebra_;
  const Stream& stream_;
  DeviceBuffer<SystemDescriptor> systems_;
  DeviceBuffer<double> entries_;  ///< diag, diag_size, offdiag, eigenvalues
  DeviceBuffer<double> vectors_;
  DeviceBuffer<int> info_;
  DeviceBuffer<index> held_;
  DeviceBuffer<PairSummary> summaries_;
  DeviceBuffer<kernels::PeakSearch> searches_;
  std::vector<PairSummary> on_host_;
  PairBatch batch_;
};

/// Matched shooting at all systems of a batch, step by step. Shape: shooting[count].
class PairStates::Shooting {
public:
  Shooting(PairStates& states, std::span<const ShootingDescriptor> shooting);

  void write_coefficients();
  void search_grid();
  /// `shots`: device memory [count][pairs], how often the chain was run through for each pair (0 beyond those held), or null.
  void refine(int* shots = nullptr);
  void write_vectors();

private:
  PairStates& states_;
  DeviceBuffer<ShootingDescriptor> descriptors_;
  DeviceBuffer<double> coefficients_;
  DeviceBuffer<kernels::GridNode> nodes_;
  DeviceBuffer<index> first_;
  DeviceBuffer<index> bonds_;
  ShootingBatch shot_;
};

/// Amplitudes of some systems of a batch at a few times, and what is seen of them.
class PairStates::Evaluation {
public:
  /// `t`: device memory [count][times]. `members`: device memory [count], or null for all systems in order.
  Evaluation(const PairStates& states, const index* members, index count, const double* t, index times);

  void evolve();
  /// Sums over the levels, in the detail of slopes or sums. Shape: reports[count][times].
  void observe_sums(Detail detail, StateReport* reports);
  /// Everything that `detail`, not slopes, asks for. Shape: reports[count][times].
  void observe(Detail detail, StateReport* reports);
  /// Shape: output[count][times][n] of one number or two.
  void write_levels(LevelValues values, double* output);
  [[nodiscard]] const TimeSlab& slab() const { return slab_; }

private:
  const PairStates& states_;
  DeviceBuffer<double> factors_;
  DeviceBuffer<double> amplitudes_;
  TimeSlab slab_;
};

}  // namespace qbatt::cuda
