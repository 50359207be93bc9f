#pragma once

#include <functional>
#include <span>
#include <vector>

#include "charge/ladder.hpp"
#include "cuda/batches.hpp"
#include "cuda/device_streams.hpp"
#include "cuda/shooting_descriptor.hpp"
#include "qbatt/solve.hpp"

namespace qbatt::cuda {

/// What there is for a batch, and what is asked of its states: together they say which chains a method takes, and how many at once.
struct Room {
  BatchMemory memory;        ///< of a stream
  bool many_times = false;   ///< states are looked at at many times at once
  bool populations = false;  ///< ... and handed out

  /// Whether a chain fits, by `dense` or `chebyshev`.
  [[nodiscard]] bool takes(Method method, const LevelChain& chain) const;
  [[nodiscard]] index times_at_once() const;
  /// Expansions are observed at the optimum alone where there are no other times.
  [[nodiscard]] index times_of_expansions() const { return many_times ? BatchStates::most_times : 1; }
};

/// Cuts chains into batches, each of which a stream has room for.
class Planner {
public:
  /// `device`: any of the streams that will solve them. All must outlive this.
  Planner(std::span<const LevelChain> chains, const Request& request, const LongChains& long_chains, const Room& room,
          const DeviceStream& device)
      : chains_(chains), request_(request), long_chains_(long_chains), room_(room), device_(device) {}

  using Push = std::function<void(std::vector<Batch>)>;

  /// Hands out the batches of the chains with these numbers, what takes longest first. Chains that need a plan of the host come
  /// piece by piece, so that there is work from the first piece on. Throws InputError where one does not fit, Interrupted.
  void plan(Method method, std::vector<std::size_t> numbers, const Push& push);

  /// What make_states() needs of the batches handed out so far. Shape: [chains], or empty where nothing is needed.
  [[nodiscard]] std::span<const ShootingPlan> plans() const { return plans_; }

private:
  [[nodiscard]] std::vector<Batch> plan_dense(std::span<const std::size_t> numbers) const;
  void plan_spectral(std::vector<std::size_t> numbers, const Push& push);
  void plan_longer_chains(std::vector<std::size_t> numbers, const Push& push);
  [[nodiscard]] std::vector<Batch> plan_piece(std::span<const std::size_t> numbers);
  [[nodiscard]] std::vector<Batch> plan_on_chip(std::span<const std::size_t> numbers) const;
  [[nodiscard]] bool solved_on_chip(std::size_t number) const;
  [[nodiscard]] std::size_t dense_bytes(std::int64_t n, bool constant_diagonal, std::int64_t count) const;

  std::span<const LevelChain> chains_;
  const Request& request_;
  LongChains long_chains_;
  Room room_;
  const DeviceStream& device_;
  std::vector<ShootingPlan> plans_;  ///< [chains]
  std::vector<ShootingSize> sizes_;  ///< [chains]
};

}  // namespace qbatt::cuda
