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

std::vector<SystemDescriptor> describe(std::span<const LevelChain> chains, const Chunk& chunk) {
  std::vector<SystemDescriptor> result;
  result.reserve(chunk.systems.size());
  for (const std::size_t i : chunk.systems) result.push_back(descriptor_of(chains[i]));
  return result;
}

std::unique_ptr<ChunkStates> expansions(std::span<const LevelChain> chains, const Chunk& chunk, const Request& request,
                                        const Stream& stream) {
  std::vector<LevelChain> members;
  std::ranges::transform(chunk.systems, std::back_inserter(members), [&](std::size_t i) { return chains[i]; });
  return std::make_unique<ChebyshevChunk>(
      members, ChebyshevShape{chunk.n, chunk.constant_diagonal, request.threads, expansion_limit(request)}, stream);
}

std::unique_ptr<ChunkStates> long_chain(std::span<const LevelChain> chains, std::span<const ShootingPlan> plans, const Chunk& chunk,
                                        const LinearAlgebra& linear_algebra, const Stream& stream) {
  return std::make_unique<LongChain>(describe(chains, chunk).front(), plans[chunk.systems.front()].descriptor,
                                     LongChainShape{chunk.pairs, chunk.constant_diagonal, chunk.segment, chunk.window},
                                     linear_algebra, stream);
}

std::unique_ptr<ChunkStates> eigenpairs(std::span<const LevelChain> chains, std::span<const ShootingPlan> plans, const Chunk& chunk,
                                        const LinearAlgebra& linear_algebra, const Stream& stream) {
  auto states = std::make_unique<PairChunk>(describe(chains, chunk), ChunkShape{chunk.n, chunk.pairs, chunk.constant_diagonal},
                                            linear_algebra, stream);
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

std::unique_ptr<ChunkStates> make(std::span<const LevelChain> chains, std::span<const ShootingPlan> plans, const Chunk& chunk,
                                  const Request& request, const LinearAlgebra& linear_algebra, const Stream& stream) {
  if (chunk.solver == Solver::chebyshev) return expansions(chains, chunk, request, stream);
  return chunk.segment > 0 ? long_chain(chains, plans, chunk, linear_algebra, stream)
                           : eigenpairs(chains, plans, chunk, linear_algebra, stream);
}

}  // namespace

std::unique_ptr<States> make_states(std::span<const LevelChain> chains, std::span<const ShootingPlan> plans, const Chunk& chunk,
                                    const Request& request, const LinearAlgebra& linear_algebra, const Stream& stream,
                                    ChunkStates::Staging& staging) {
  std::unique_ptr<ChunkStates> states = make(chains, plans, chunk, request, linear_algebra, stream);
  std::vector<std::int64_t> levels;
  std::ranges::transform(chunk.systems, std::back_inserter(levels), [&](std::size_t i) { return chains[i].dim; });
  states->stage(staging, std::move(levels), chunk.n);
  return states;
}

}  // namespace qbatt::cuda
