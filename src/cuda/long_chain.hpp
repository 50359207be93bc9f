#pragma once

#include <algorithm>
#include <memory>
#include <span>
#include <vector>

#include "cuda/batch_states.hpp"
#include "kernels/cuda/certify.hpp"
#include "kernels/cuda/long_chain_stages.hpp"

namespace qbatt::cuda {

/// How a long chain is cut.
struct LongChainShape {
  index pairs;  ///< vectors to make room for
  bool constant_diagonal;
  index segment;  ///< kept levels of a segment, a function of the system alone
  index window;   ///< segments of vectors that are held at once: what memory allows
};

/// One system of very many levels: its eigenpairs by shooting, eigenvalue and segment of levels being what runs side by side, and
/// its states from vectors that are produced window by window and contracted with the factors of the times at once, so that memory
/// grows with the levels and not with levels times pairs.
///
/// The window changes no bit: all sums run over a segment, over all segments, or over the pairs of one level.
///
/// Owns the device memory; all work is in the order of the stream. Throws BackendError.
class LongChain final : public BatchStates {
public:
  /// Finds and certifies the pairs. `stream` must outlive this.
  LongChain(const SystemDescriptor& system, const ShootingDescriptor& shooting, const LongChainShape& shape, const Stream& stream);

  ~LongChain() override;

  [[nodiscard]] const PairSummary& summary() const { return summary_; }

  [[nodiscard]] std::int64_t pairs(std::size_t) const override { return summary_.pairs; }
  [[nodiscard]] bool solved(std::size_t) const override { return summary_.info == 0; }
  [[nodiscard]] double error_bound(std::size_t, double t) const override { return summary_.certificate.error_bound(t); }
  [[nodiscard]] double pair_defect(std::size_t, double t) const override { return summary_.certificate.pair_defect(t); }
  [[nodiscard]] double bandwidth(std::size_t) const override { return summary_.bandwidth; }
  std::vector<double> first_peaks(kernels::PeakOf peak_of) override;
  std::vector<StateReport> reports_of(std::span<const index> members, std::span<const double> t, Detail detail) override;
  void evaluate_slab(const Slab& slab, Staging& staging) override;

private:
  struct Shots;
  struct Amplitudes;

  void shoot_at(const Shots& shots, bool find_bonds);
  void search_grid();
  void refine();
  void certify();
  void write_window(index first);
  void evolve(const Amplitudes& amplitudes);
  void sum_window(const TimeSlab& slab, const double* factors, index first, index rows, index mirror) const;

  [[nodiscard]] index window_count(index first) const { return std::min(shape_.window, segments_.count - first); }
  [[nodiscard]] WriteWindow window(index first) const;

  LongChainShape shape_;
  const Stream& stream_;
  DeviceBuffer<SystemDescriptor> system_;
  DeviceBuffer<ShootingDescriptor> shooting_;
  DeviceBuffer<double> entries_;  ///< diag, diag_size, offdiag
  DeviceBuffer<double> shooting_coefficients_;
  DeviceBuffer<double> pair_entries_;  ///< eigenvalues, coefficients
  DeviceBuffer<index> counts_;         ///< first, held
  DeviceBuffer<kernels::GridNode> nodes_;
  DeviceBuffer<double> window_;
  PairBatch batch_;
  ShootingBatch shot_;
  Segments segments_;
  std::unique_ptr<Shots> shots_;  ///< at the pairs
  PairSummary summary_;
  index held_ = 0;
  bool window_holds_all_ = false;  ///< ... and is written
};

}  // namespace qbatt::cuda
