#pragma once

#include <array>
#include <limits>
#include <memory>
#include <span>
#include <vector>

#include "chain/chebyshev_path.hpp"
#include "cuda/batch_states.hpp"
#include "kernels/cuda/chebyshev_stages.hpp"
#include "kernels/cuda/pair_batch.hpp"

namespace qbatt::cuda {

/// What the systems of a batch of expansions share.
struct ChebyshevShape {
  index n;  ///< levels of a vector, padding included
  bool constant_diagonal;
  int threads;        ///< of the host, to plan with; 0: all cores
  double work_limit;  ///< levels times orders that one system may take
  std::size_t memory =
      std::numeric_limits<std::size_t>::max();  ///< bytes of the device that the batch may fill: see chebyshev_bytes()
};

/// Matrix-free propagation of e_0 for one batch. The host plans the legs of each system (ChebyshevPath) and the coefficients;
/// the device crosses one leg of every system at a time. States are kept at the beginnings of the legs used last, so that a search
/// may go back and forth; where one is missing, the way begins at e_0 again. Owns the device memory. Throws BackendError.
class ChebyshevStates final : public BatchStates {
public:
  /// `stream` must outlive this. Requires A != 0 and m > 0 of every system, at most n levels, and the same kind of diagonal.
  ChebyshevStates(std::span<const LevelChain> chains, const ChebyshevShape& shape, const Stream& stream);
  ~ChebyshevStates() override;

  [[nodiscard]] std::int64_t pairs(std::size_t) const override { return 0; }
  /// Not where the work went beyond the limit or time cannot proceed.
  [[nodiscard]] bool solved(std::size_t place) const override;
  [[nodiscard]] double error_bound(std::size_t place, double t) const override;
  [[nodiscard]] double pair_defect(std::size_t, double) const override { return 0.0; }
  [[nodiscard]] double phase_error(std::size_t place, double t) const override;
  [[nodiscard]] double bandwidth(std::size_t place) const override;
  [[nodiscard]] double angle(std::size_t place, double t) const override;
  std::vector<double> first_peaks(kernels::PeakOf peak_of) override;
  std::vector<StateReport> reports_of(std::span<const index> members, std::span<const double> t, Detail detail) override;
  void evaluate_slab(const Slab& slab, Staging& staging) override;

  /// The legs of a system so far. Requires solved(place).
  [[nodiscard]] const std::vector<ChebyshevLeg>& legs(std::size_t place) const;

  /// Of all expansions so far: see chebyshev_multiply_adds().
  [[nodiscard]] double multiply_adds() const { return multiply_adds_; }

private:
  struct System;    // what the host knows of one
  struct Journey;   // the times that one system is asked for
  struct Crossing;  // of one leg by one system
  struct Amplitudes;

  template <ChebyshevKind kind>
  class Expansions;  // of all crossings of one kind

  Crossing next_crossing(const Journey& journey);
  [[nodiscard]] ChebyshevKind kind_of(const Crossing& crossing) const;
  /// Bytes for expansions beside what is kept and these amplitudes.
  [[nodiscard]] std::size_t room_beside(const Amplitudes& amplitudes) const;
  /// Goes to all times; columns of systems that fail, and of times that are none, are NaN. Shape: t[members][times].
  void propagate(std::span<const index> members, std::span<const double> t, const Amplitudes& amplitudes);
  /// In portions for which there is `room`.
  void cross(std::span<const Crossing> crossings, const TimeSlab& slab, std::size_t room);
  /// Shape: supports[crossings that go to the end].
  void plan_next_legs(std::span<const Crossing> crossings, std::span<const index> supports);

  index parts() const { return shape_.constant_diagonal ? 1 : 2; }

  ChebyshevShape shape_;
  const Stream& stream_;
  std::vector<System> systems_;
  DeviceBuffer<SystemDescriptor> descriptors_;
  DeviceBuffer<double> entries_;  ///< diag, diag_size, offdiag
  DeviceBuffer<double> kept_entries_;
  KeptStates kept_;
  PairBatch batch_;  ///< without pairs
  std::int64_t clock_ = 0;
  double multiply_adds_ = 0.0;
};

}  // namespace qbatt::cuda
