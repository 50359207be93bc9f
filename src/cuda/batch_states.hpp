#pragma once

#include <mutex>
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

  /// What the batches of a stream share: where evaluate_slab() leaves its results, in pinned memory that is kept from call to call.
  struct Staging {
    PinnedBuffer<StateReport> reports{0};  ///< [members][times]
    PinnedBuffer<double> levels{0};        ///< [members][times][n] of one number or two
    int device = 0;                        ///< of the stream
    std::mutex mutex;                      ///< of all this, and of the stream
  };

  /// While it lives the stream is the caller's, and its device is current.
  class Turn {
  public:
    explicit Turn(Staging& staging) : lock_(staging.mutex) { use_device(staging.device); }

  private:
    std::lock_guard<std::mutex> lock_;
  };

  /// Some systems at as many times each, at most most_times, and what is wanted of their states.
  struct Slab {
    std::span<const index> members;  ///< ascending
    std::span<const double> t;       ///< [members][times]
    Detail detail;                   ///< not slopes
    LevelValues levels = LevelValues::none;

    [[nodiscard]] index times() const { return std::ssize(t) / std::ssize(members); }
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

  /// A list of more than one time is filled up to most_times: the last is repeated. Systems none of whose times is a number are
  /// passed over. Requires stage(). Both from any thread, in turns where batches share a stream.
  void evaluate(const Sampling& sampling) final;

  /// Likewise, by reports_of().
  void energies(const EnergyQuery& query) final;

  /// The first peak of every system, NaN where there are no states or the search was lost.
  virtual std::vector<double> first_peaks(kernels::PeakOf peak_of) = 0;

  /// Reports of some systems at as many times each, at most most_times, `detail` being slopes or sums. A system may be there
  /// several times where takes_lists(). Shapes: members[count], t[count][times], result [count][times].
  virtual std::vector<StateReport> reports_of(std::span<const index> members, std::span<const double> t, Detail detail) = 0;

  virtual void evaluate_slab(const Slab& slab, Staging& staging) = 0;

  /// Its amplitudes at t are those of evaluate_slab() times exp(-i angle).
  [[nodiscard]] virtual double angle(std::size_t /*place*/, double /*t*/) const { return 0.0; }

private:
  std::vector<Optimum> search(OptimumRule rule, double window) final;
  void hand_on(const Slab& slab, const Sampling& sampling) const;

  Staging* staging_ = nullptr;
  std::vector<LevelChain> chains_;
  index n_ = 0;
  std::stop_token stop_;
};

}  // namespace qbatt::cuda
