#include "cuda/make_states.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "charge/ladder.hpp"
#include "cuda/chebyshev_chunk.hpp"
#include "cuda/long_chain.hpp"
#include "cuda/pair_chunk.hpp"
#include "model/units.hpp"

namespace qbatt::cuda {
namespace {

std::vector<SystemDescriptor> describe_systems(std::span<const CentralSpin> systems, const Chunk& chunk) {
  std::vector<SystemDescriptor> result;
  result.reserve(chunk.systems.size());
  for (const std::size_t i : chunk.systems) {
    result.push_back({model_in_rabi_units(systems[i]), systems[i].dim()});
  }
  return result;
}

std::unique_ptr<ChunkStates> expansions(std::span<const CentralSpin> systems, const Chunk& chunk, const Request& request,
                                        const Stream& stream) {
  std::vector<CentralSpin> members;
  std::ranges::transform(chunk.systems, std::back_inserter(members), [&](std::size_t i) { return systems[i]; });
  return std::make_unique<ChebyshevChunk>(
      members, ChebyshevShape{chunk.n, chunk.constant_diagonal, request.threads, expansion_limit(request)}, stream);
}

std::unique_ptr<ChunkStates> long_chain(std::span<const CentralSpin> systems, std::span<const ShootingPlan> plans,
                                        const Chunk& chunk, const LinearAlgebra& linear_algebra, const Stream& stream) {
  return std::make_unique<LongChain>(describe_systems(systems, chunk).front(), plans[chunk.systems.front()].descriptor,
                                     LongChainShape{chunk.pairs, chunk.constant_diagonal, chunk.segment, chunk.window},
                                     linear_algebra, stream);
}

std::unique_ptr<ChunkStates> eigenpairs(std::span<const CentralSpin> systems, std::span<const ShootingPlan> plans,
                                        const Chunk& chunk, const LinearAlgebra& linear_algebra, const Stream& stream) {
  auto states = std::make_unique<PairChunk>(describe_systems(systems, chunk),
                                            ChunkShape{chunk.n, chunk.pairs, chunk.constant_diagonal}, linear_algebra, stream);
  if (chunk.solver == Solver::spectral) {
    std::vector<ShootingDescriptor> shooting;
    std::ranges::transform(chunk.systems, std::back_inserter(shooting), [&](std::size_t i) { return plans[i].descriptor; });
    states->shoot(shooting);
  } else {
    states->assemble();
    states->diagonalize();
  }
  states->certify();
  return states;
}

std::unique_ptr<ChunkStates> make(std::span<const CentralSpin> systems, std::span<const ShootingPlan> plans, const Chunk& chunk,
                                  const Request& request, const LinearAlgebra& linear_algebra, const Stream& stream) {
  if (chunk.solver == Solver::chebyshev) {
    return expansions(systems, chunk, request, stream);
  }
  return chunk.segment > 0 ? long_chain(systems, plans, chunk, linear_algebra, stream)
                           : eigenpairs(systems, plans, chunk, linear_algebra, stream);
}

}  // namespace

std::unique_ptr<States> make_states(std::span<const CentralSpin> systems, std::span<const ShootingPlan> plans, const Chunk& chunk,
                                    const Request& request, const LinearAlgebra& linear_algebra, const Stream& stream,
                                    ChunkStates::Staging& staging) {
  std::unique_ptr<ChunkStates> states = make(systems, plans, chunk, request, linear_algebra, stream);
  std::vector<std::int64_t> levels;
  std::ranges::transform(chunk.systems, std::back_inserter(levels), [&](std::size_t i) { return systems[i].dim(); });
  states->stage(staging, std::move(levels), chunk.n);
  return states;
}

}  // namespace qbatt::cuda
