#pragma once

#include <string>
#include <vector>

#include "cuda_work.hpp"
#include "kernels/cuda/pair_chunk.hpp"
#include "qbatt/central_spin.hpp"
#include "qbatt/solve.hpp"

// The CUDA pipeline stage by stage, on one chunk of systems of one dimension.
namespace qbatt::bench {

struct StageTime {
  std::string name;
  double milliseconds = 0;
  Work work;
};

/// A chunk with its inputs and outputs. Stages of `spectral`: coefficients, grid, refinement, vectors; of `dense`: assembly,
/// diagonalization; of both: certificates, first_peak, products and observables at `times` times up to twice the transit time.
class StagedChunk {
public:
  static constexpr cuda::index times = cuda::PairChunk::times_at_once;

  /// Throws BackendError where the device cannot hold them. All systems have the same dimension and kind of diagonal.
  StagedChunk(std::vector<CentralSpin> systems, Solver solver, DenseRoutine routine);

  /// Runs all stages; times are those of the stream.
  std::vector<StageTime> run();

  [[nodiscard]] const std::vector<CentralSpin>& systems() const { return systems_; }
  /// Of the last run: the largest bound on the error of a state at the last time of the grid, ...
  [[nodiscard]] double error_bound() const { return error_bound_; }
  /// ... the largest error of an energy per cell, over the first and the last system, against the CPU's Chebyshev solver, which
  /// knows no eigenpairs, ...
  [[nodiscard]] double energy_error() const;
  /// ... and the pairs held.
  [[nodiscard]] double pairs() const;

private:
  void judge();
  [[nodiscard]] ChunkCounts count_work(const std::vector<int>& shots) const;

  std::vector<CentralSpin> systems_;
  Solver solver_;
  cuda::ChunkShape shape_{};
  std::vector<cuda::SystemDescriptor> descriptors_;
  std::vector<cuda::ShootingDescriptor> shooting_;
  cuda::Stream stream_;
  cuda::LinearAlgebra linear_algebra_;
  cuda::DeviceBuffer<double> t_;
  cuda::DeviceBuffer<StateReport> reports_;
  std::vector<cuda::PairSummary> summaries_;
  double error_bound_ = 0;
};

/// As many systems like this one as fill a device: for `spectral` a sixteenth of its free memory, at most 65 536; for `dense`
/// matrices of 256 MiB, at most 16 384, which keep every multiprocessor busy and cuSOLVER's Jacobi sweeps within seconds.
std::int64_t systems_that_fit(const CentralSpin& system, Solver solver);

}  // namespace qbatt::bench
