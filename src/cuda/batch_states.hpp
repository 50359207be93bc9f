#pragma once

#include <span>
#include <stop_token>
#include <vector>

#include "charge/states.hpp"
#include "kernels/cuda/runtime.hpp"
#include "model/level_chain.hpp"

namespace qbatt::cuda {

/// The states of the systems of a batch, whichever solver they come from. Times are in units of 1/a_0. Throws BackendError.
class BatchStates : public States {
public:
  /// At how many times states are evaluated at once; a longer list is cut. Fixed, so that the shapes of the products, and with them
  /// the rounding, do not depend on memory or company.
  static constexpr index most_times = 32;

  /// Where evaluate_slab() leaves its results, in pinned memory that is kept from call to call.
  struct Staging {
    PinnedBuffer<StateReport> reports{0};  ///< [count][times]
    PinnedBuffer<double> populations{0};   ///< [count][times][n]
  };

  /// The buffer's memory, made larger where it holds fewer elements.
  template <class T>
  static T* at_least(PinnedBuffer<T>& buffer, std::size_t count) {
    if (buffer.size() < count) buffer = PinnedBuffer<T>(count);
    return buffer.data();
  }

  /// Known from stage() on.
  [[nodiscard]] std::size_t count() const final { return chains_.size(); }
  [[nodiscard]] std::size_t times_at_once() const final { return static_cast<std::size_t>(most_times); }

  /// `chains`: those whose states these are, with vectors of n levels; `staging` must outlive this. Where `stop` is requested, a
  /// long search throws Interrupted.
  void stage(Staging& staging, std::vector<LevelChain> chains, index n, std::stop_token stop);

  /// A list of more than one time is filled up to most_times: the last is repeated. Requires stage().
  void evaluate(const Sampling& sampling) final;

  /// The first peak of every system, NaN where there are no states or the search was lost.
  virtual std::vector<double> first_peaks(kernels::PeakOf peak_of) = 0;

  /// Reports of some systems at as many times each, at most most_times, `detail` being slopes or sums. Shapes: members[count],
  /// t[count][times], result [count][times].
  virtual std::vector<StateReport> reports_of(std::span<const index> members, std::span<const double> t, Detail detail) = 0;

  /// States of all systems at `times` times each, at most most_times. Shape: t[count][times]. `detail` is not slopes.
  /// Populations are written only if asked for.
  virtual void evaluate_slab(std::span<const double> t, index times, Detail detail, bool populations, Staging& staging) = 0;

private:
  std::vector<Optimum> search(OptimumRule rule, double window) final;

  Staging* staging_ = nullptr;
  std::vector<LevelChain> chains_;
  index n_ = 0;
  std::stop_token stop_;
};

}  // namespace qbatt::cuda
