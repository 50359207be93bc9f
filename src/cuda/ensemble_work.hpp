#pragma once

#include <span>

#include "charge/sectors.hpp"
#include "cuda/planner.hpp"

namespace qbatt::cuda {

/// How the chains of ensembles are solved on the streams of a call: in batches, on one stream after the other, from where they
/// are asked for energies and states as often as the search of an ensemble and its rows want. All must outlive it.
ChainWork chain_work(const Offer& offer, const Request& request, const LongChains& long_chains, const Room& room,
                     std::span<const HeldStream> streams);

}  // namespace qbatt::cuda
