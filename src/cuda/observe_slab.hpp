#pragma once

#include "cuda/batch_states.hpp"
#include "kernels/cuda/pair_batch.hpp"

// What is seen of amplitudes: the stages of observation.hpp, one after the other. All of it is in the order of the stream; only
// hand_out() waits.
namespace qbatt::cuda {

/// Sums over the levels, in the detail of slopes or sums. Shape: reports[count][times], device memory.
void observe_sums(const Stream& stream, const PairBatch& batch, const TimeSlab& slab, Detail detail, StateReport* reports);
/// The same on the host.
std::vector<StateReport> sums_on_host(const Stream& stream, const PairBatch& batch, const TimeSlab& slab, Detail detail);

/// Everything that `detail`, not slopes, asks for. Shape: reports[count][times], device memory.
void observe(const Stream& stream, const PairBatch& batch, const TimeSlab& slab, Detail detail, StateReport* reports);

/// Shape: output[count][times][n] of one number or two, device memory.
void write_levels(const Stream& stream, const PairBatch& batch, const TimeSlab& slab, LevelValues values, double* output);

/// What `detail` asks for and what is wanted of single levels, on the host.
void hand_out(const Stream& stream, const PairBatch& batch, const TimeSlab& slab, Detail detail, LevelValues values,
              BatchStates::Staging& staging);

}  // namespace qbatt::cuda
