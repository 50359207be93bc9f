#include "cuda/pair_states.hpp"

#include "cuda/observe_slab.hpp"
#include "kernels/cuda/assembly.hpp"
#include "kernels/cuda/evolution.hpp"
#include "kernels/cuda/launch.hpp"
#include "kernels/cuda/peak_stages.hpp"
#include "kernels/cuda/transfers.hpp"

namespace qbatt::cuda {
PairChunk::PairChunk(std::span<const SystemDescriptor> systems, const ChunkShape& shape, const LinearAlgebra& linear_algebra,
                     const Stream& stream)
    : linear_algebra_(linear_algebra),
      stream_(stream),
      systems_(systems.size(), stream),
      entries_(systems.size() * (3 * extent(shape.n) + extent(shape.pairs)), stream),
      vectors_(systems.size() * extent(shape.pairs, shape.n), stream),
      info_(systems.size(), stream),
      held_(systems.size(), stream),
      summaries_(systems.size(), stream),
      searches_(systems.size(), stream),
      batch_{.count = static_cast<index>(systems.size()),
             .n = shape.n,
             .pairs = shape.pairs,
             .constant_diagonal = shape.constant_diagonal} {
  copy(systems_.data(), systems.data(), systems.size(), stream);
  const std::size_t levels = systems.size() * extent(shape.n);
  batch_.systems = systems_.data();
  batch_.diag = entries_.data();
  batch_.diag_size = batch_.diag + levels;
  batch_.offdiag = batch_.diag_size + levels;
  batch_.eigenvalues = batch_.offdiag + levels;
  batch_.vectors = vectors_.data();
  batch_.info = info_.data();
}

void PairChunk::assemble() {
  run_stage(stream_, WriteEntries{batch_});
  run_stage(stream_, PlacePadding{batch_});
  run_stage(stream_, AssembleMatrices{batch_});
}

void PairChunk::diagonalize() {
  const std::size_t bytes = linear_algebra_.workspace_bytes(batch_.n, batch_.count);
  const DeviceBuffer<unsigned char> workspace(bytes, stream_);
  linear_algebra_.diagonalize(batch_.n, batch_.count, batch_.vectors, batch_.eigenvalues, batch_.info, workspace.data(), bytes);
}

void PairChunk::shoot(std::span<const ShootingDescriptor> shooting) {
  Shooting steps(*this, shooting);
  steps.write_coefficients();
  steps.search_grid();
  steps.refine();
  steps.write_vectors();
}

void PairChunk::certify() {
  const std::size_t pairs = extent(batch_.count, batch_.pairs);
  const DeviceBuffer<kernels::Residual<>> residuals(pairs, stream_);
  const DeviceBuffer<double> weights(pairs, stream_);
  const DeviceBuffer<double> defects(extent(batch_.count, batch_.n), stream_);
  const Evidence evidence{residuals.data(), weights.data(), defects.data()};
  run_stage(stream_, MeasurePairs{batch_, evidence});
  run_stage(stream_, MeasureStart{batch_, evidence});
  run_stage(stream_, Certify{batch_, evidence, summaries_.data()});
  on_host_ = to_host(summaries_, stream_);
}

void PairChunk::find_first_peaks() {
  run_stage(stream_, BeginSearch{summaries_.data(), searches_.data(), batch_.count});
  serve_searches(kernels::PeakSearch::batch);  // all scans, then
  serve_searches(1);                           // all roots: no search goes back from its root to scanning
}

void PairChunk::serve_searches(int samples) {
  const DeviceBuffer<index> members(extent(batch_.count), stream_);
  const DeviceBuffer<double> t(extent(batch_.count, samples), stream_);
  const DeviceBuffer<StateReport> reports(extent(batch_.count, samples), stream_);
  const WantsSamples wants{summaries_.data(), searches_.data(), samples};
  while (true) {
    const index count = select_indices(stream_, batch_.count, wants, members.data());
    if (count == 0) return;
    Evaluation evaluation(*this, members.data(), count, t.data(), samples);
    run_stage(stream_, AskTimes{searches_.data(), evaluation.slab(), t.data()});
    evaluation.evolve();
    evaluation.observe_slopes(reports.data());
    run_stage(stream_, Absorb{searches_.data(), evaluation.slab(), reports.data()});
  }
}

std::vector<double> PairChunk::peaks() const {
  const DeviceBuffer<double> peaks(extent(batch_.count), stream_);
  run_stage(stream_, ReadPeaks{summaries_.data(), searches_.data(), peaks.data(), batch_.count});
  return to_host(peaks, stream_);
}

std::vector<double> PairChunk::first_peaks() {
  find_first_peaks();
  return peaks();
}

void PairChunk::evaluate_slab(std::span<const double> t, index times, Detail detail, bool populations, Staging& staging) {
  const DeviceBuffer<double> device_t(t.size(), stream_);
  copy(device_t.data(), t.data(), t.size(), stream_);
  Evaluation evaluation(*this, nullptr, batch_.count, device_t.data(), times);
  evaluation.evolve();
  hand_out(stream_, batch_, evaluation.slab(), detail, populations, staging);
}

PairChunk::Shooting::Shooting(PairChunk& chunk, std::span<const ShootingDescriptor> shooting)
    : chunk_(chunk),
      descriptors_(shooting.size(), chunk.stream_),
      coefficients_(shooting.size() * extent(kernels::Coefficients::arrays, chunk.batch_.n), chunk.stream_),
      nodes_(shooting.size() * extent(chunk.batch_.pairs + ShootingBatch::extra_nodes), chunk.stream_),
      first_(shooting.size(), chunk.stream_),
      bonds_(shooting.size() * extent(chunk.batch_.pairs), chunk.stream_) {
  copy(descriptors_.data(), shooting.data(), shooting.size(), chunk.stream_);
  chunk.batch_.held = chunk.held_.data();
  chunk.batch_.by_levels = true;
  shot_ = {.batch = chunk.batch_,
           .shooting = descriptors_.data(),
           .coefficients = coefficients_.data(),
           .nodes = nodes_.data(),
           .first = first_.data(),
           .bonds = bonds_.data()};
}

void PairChunk::Shooting::write_coefficients() {
  run_stage(chunk_.stream_, WriteEntries{chunk_.batch_});
  run_stage(chunk_.stream_, PlaceCoefficients{shot_});
}

void PairChunk::Shooting::search_grid() {
  run_stage(chunk_.stream_, ShootGrid{shot_});
  run_stage(chunk_.stream_, CountPairs{shot_, chunk_.held_.data()});
}

void PairChunk::Shooting::refine(int* shots) {
  run_stage(chunk_.stream_, RefinePairs{shot_, shots});
}

void PairChunk::Shooting::write_vectors() {
  run_stage(chunk_.stream_, WriteVectors{shot_});
}

PairChunk::Evaluation::Evaluation(const PairChunk& chunk, const index* members, index count, const double* t, index times)
    : chunk_(chunk),
      factors_(extent(count, chunk.batch_.pairs, chunk.batch_.constant_diagonal ? times : 2 * times), chunk.stream_),
      amplitudes_(extent(count, chunk.batch_.n, chunk.batch_.constant_diagonal ? times : 2 * times), chunk.stream_),
      slab_{.count = count,
            .members = members,
            .times = times,
            .t = t,
            .factors = factors_.data(),
            .amplitudes = amplitudes_.data(),
            .columns = chunk.batch_.constant_diagonal ? times : 2 * times} {}

void PairChunk::Evaluation::evolve() {
  const PairBatch& batch = chunk_.batch_;
  const DeviceBuffer<const double*> factors(extent(slab_.count), chunk_.stream_);
  const DeviceBuffer<const double*> vectors(extent(slab_.count), chunk_.stream_);
  const DeviceBuffer<double*> amplitudes(extent(slab_.count), chunk_.stream_);
  run_stage(chunk_.stream_, WriteFactors{batch, slab_});
  run_stage(chunk_.stream_, WritePointers{batch, slab_, factors.data(), vectors.data(), amplitudes.data()});
  chunk_.linear_algebra_.multiply(slab_.columns, batch.n, batch.pairs, factors.data(), vectors.data(), batch.by_levels,
                                  amplitudes.data(), slab_.count);
}

void PairChunk::Evaluation::observe_slopes(StateReport* reports) {
  cuda::observe_slopes(chunk_.stream_, chunk_.batch_, slab_, reports);
}

void PairChunk::Evaluation::observe(Detail detail, StateReport* reports) {
  cuda::observe(chunk_.stream_, chunk_.batch_, slab_, detail, reports);
}

void PairChunk::Evaluation::write_populations(double* populations) {
  cuda::write_populations(chunk_.stream_, chunk_.batch_, slab_, populations);
}

}  // namespace qbatt::cuda
