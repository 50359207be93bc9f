#pragma once

#include <memory>
#include <string>
#include <vector>

#include "cuda/chebyshev_states.hpp"
#include "cuda/pair_states.hpp"
#include "cuda_work.hpp"
#include "qbatt/central_spin.hpp"
#include "qbatt/solve.hpp"

// The CUDA pipeline stage by stage, on one batch of systems of one dimension.
namespace qbatt::bench {

struct StageTime {
  std::string name;
  double milliseconds = 0;
  Work work;
};

/// One batch of systems of one dimension, run again and again.
class StagedRun {
public:
  static constexpr cuda::index times = cuda::BatchStates::most_times;

  explicit StagedRun(std::vector<CentralSpin> systems) : systems_(std::move(systems)) {}
  virtual ~StagedRun() = default;

  /// Runs all stages; times are those of the stream.
  virtual std::vector<StageTime> run() = 0;

  [[nodiscard]] const std::vector<CentralSpin>& systems() const { return systems_; }
  /// Of the last run: the largest bound on the error of a state at the last time of the grid, ...
  [[nodiscard]] double error_bound() const { return error_bound_; }
  /// ... the largest error of an energy per cell, over the first and the last system, against the CPU's Chebyshev solver, which
  /// knows no eigenpairs, ...
  [[nodiscard]] double energy_error() const;
  /// ... and the pairs held.
  [[nodiscard]] virtual double pairs() const { return 0; }

protected:
  /// Of the last run, on the host. Shape: [systems][times].
  [[nodiscard]] virtual std::vector<StateReport> reports() const = 0;

  /// Times up to twice the transit time, units of 1/a_0. Shape: [systems][times].
  [[nodiscard]] std::vector<double> grids() const;
  [[nodiscard]] std::vector<cuda::index> all_places() const;

  std::vector<CentralSpin> systems_;
  double error_bound_ = 0;
};

/// For any solver; `spectral` by batches of pairs. Throws BackendError where the device cannot hold them. All systems have the same
/// dimension and kind of diagonal.
std::unique_ptr<StagedRun> make_staged_run(std::vector<CentralSpin> systems, Solver solver, DenseRoutine routine);

/// Solvers with eigenpairs. Stages of `spectral`: coefficients, grid, refinement, vectors; of `dense`: assembly, diagonalization;
/// of both: certificates, first_peak, products and observables.
class StagedBatch final : public StagedRun {
public:
  StagedBatch(std::vector<CentralSpin> systems, Solver solver, DenseRoutine routine);

  std::vector<StageTime> run() override;
  [[nodiscard]] double pairs() const override;

private:
  void judge();
  [[nodiscard]] BatchCounts count_work(const std::vector<int>& shots) const;

  [[nodiscard]] std::vector<StateReport> reports() const override;

  Solver solver_;
  cuda::BatchShape shape_{};
  std::vector<cuda::SystemDescriptor> descriptors_;
  std::vector<cuda::ShootingDescriptor> shooting_;
  cuda::Stream stream_;
  cuda::LinearAlgebra linear_algebra_;
  cuda::DeviceBuffer<double> t_;
  cuda::DeviceBuffer<StateReport> reports_;
  std::vector<cuda::PairSummary> summaries_;
};

/// `chebyshev`. Stages: planning (the first legs, on the host), first_peak, and the series, observables and their way to the host
/// included.
class StagedExpansions final : public StagedRun {
public:
  explicit StagedExpansions(std::vector<CentralSpin> systems) : StagedRun(std::move(systems)) {}

  std::vector<StageTime> run() override;

private:
  [[nodiscard]] std::vector<StateReport> reports() const override;

  cuda::Stream stream_;
  cuda::BatchStates::Staging staging_;
};

/// `spectral` by teams, one a system. Stages: rows (pairs, first peak and the state there, as a sweep without times asks for),
/// pairs, kept for states at other times, and the series of those.
class StagedTeams final : public StagedRun {
public:
  explicit StagedTeams(std::vector<CentralSpin> systems) : StagedRun(std::move(systems)) {}

  std::vector<StageTime> run() override;
  [[nodiscard]] double pairs() const override { return pairs_; }

private:
  [[nodiscard]] std::vector<StateReport> reports() const override;

  cuda::Stream stream_;
  cuda::BatchStates::Staging staging_;
  double pairs_ = 0;
};

/// As many systems like this one as fill a device: for `spectral` and `chebyshev` a sixteenth of its free memory, at most 65 536;
/// for `dense` matrices of 1 GiB, several for every multiprocessor at 513 levels, at most 32 768, which batched calls take.
std::int64_t systems_that_fit(const CentralSpin& system, Solver solver);

}  // namespace qbatt::bench
