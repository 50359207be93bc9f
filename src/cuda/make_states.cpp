#include "cuda/make_states.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "charge/ladder.hpp"
#include "cuda/chebyshev_states.hpp"
#include "cuda/long_chain.hpp"
#include "cuda/pair_states.hpp"

namespace qbatt::cuda {
namespace {

std::vector<SystemDescriptor> describe(std::span<const LevelChain> chains, const Batch& batch) {
  std::vector<SystemDescriptor> result;
  result.reserve(batch.systems.size());
  for (const std::size_t i : batch.systems) result.push_back(descriptor_of(chains[i]));
  return result;
}

std::vector<LevelChain> members_of(std::span<const LevelChain> chains, const Batch& batch) {
  std::vector<LevelChain> members;
  std::ranges::transform(batch.systems, std::back_inserter(members), [&](std::size_t i) { return chains[i]; });
  return members;
}

std::unique_ptr<BatchStates> expansions(std::span<const LevelChain> chains, const Batch& batch, const Request& request,
                                        const Stream& stream) {
  return std::make_unique<ChebyshevStates>(
      members_of(chains, batch),
      ChebyshevShape{batch.n, batch.constant_diagonal, request.threads, expansion_limit(request), batch.memory}, stream);
}

std::unique_ptr<BatchStates> long_chain(std::span<const LevelChain> chains, std::span<const ShootingPlan> plans, const Batch& batch,
                                        const Stream& stream) {
  return std::make_unique<LongChain>(describe(chains, batch).front(), plans[batch.systems.front()].descriptor,
                                     LongChainShape{batch.pairs, batch.constant_diagonal, batch.segment, batch.window}, stream);
}

std::unique_ptr<BatchStates> eigenpairs(std::span<const LevelChain> chains, std::span<const ShootingPlan> plans, const Batch& batch,
                                        const LinearAlgebra& linear_algebra, const Stream& stream) {
  auto states = std::make_unique<PairStates>(describe(chains, batch), BatchShape{batch.n, batch.pairs, batch.constant_diagonal},
                                             linear_algebra, stream);
  if (batch.solver == Solver::spectral) {
    std::vector<ShootingDescriptor> shooting;
    std::ranges::transform(batch.systems, std::back_inserter(shooting), [&](std::size_t i) { return plans[i].descriptor; });
    states->shoot(shooting);
  } else {
    states->assemble();
    states->diagonalize();
  }
  states->certify();
  return states;
}

std::unique_ptr<BatchStates> make(std::span<const LevelChain> chains, std::span<const ShootingPlan> plans, const Batch& batch,
                                  const ChipStates::Wanted& wanted, const Request& request, const DeviceStream& device) {
  if (batch.on_chip) return std::make_unique<ChipStates>(members_of(chains, batch), wanted, batch.memory, device.stream);
  if (batch.solver == Solver::chebyshev) return expansions(chains, batch, request, device.stream);
  return batch.segment > 0 ? long_chain(chains, plans, batch, device.stream)
                           : eigenpairs(chains, plans, batch, device.linear_algebra, device.stream);
}

}  // namespace

ChipStates::Wanted wanted_of(const Request& request) {
  const bool in_row = request.optimum != OptimumRule::none && request.optimum != OptimumRule::global;
  const bool unit_needs_peak = request.optimum == OptimumRule::none && request.times && request.times->unit == TimeUnit::optimum;
  return {.first_peak = in_row || unit_needs_peak,
          .peak_of = peak_of(request.optimum),
          .observed = in_row,
          .more_times = request.times || request.optimum == OptimumRule::global};
}

std::unique_ptr<States> make_states(std::span<const LevelChain> chains, std::span<const ShootingPlan> plans, const Batch& batch,
                                    const ChipStates::Wanted& wanted, const Request& request, DeviceStream& device) {
  std::unique_ptr<BatchStates> states = make(chains, plans, batch, wanted, request, device);
  states->stage(device.staging, members_of(chains, batch), batch.n, request.stop);
  return states;
}

}  // namespace qbatt::cuda
