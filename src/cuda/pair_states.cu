#include "cuda/pair_states.hpp"

#include "cuda/observe_slab.hpp"
#include "kernels/cuda/assembly.hpp"
#include "kernels/cuda/evolution.hpp"
#include "kernels/cuda/launch.hpp"
#include "kernels/cuda/peak_stages.hpp"
#include "kernels/cuda/transfers.hpp"

namespace qbatt::cuda {
PairStates::PairStates(std::span<const SystemDescriptor> systems, const BatchShape& shape, const LinearAlgebra& linear_algebra,
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
  upload(systems_.data(), systems, stream);
  const std::size_t levels = systems.size() * extent(shape.n);
  batch_.systems = systems_.data();
  batch_.diag = entries_.data();
  batch_.diag_size = batch_.diag + levels;
  batch_.offdiag = batch_.diag_size + levels;
  batch_.eigenvalues = batch_.offdiag + levels;
  batch_.vectors = vectors_.data();
  batch_.info = info_.data();
}

void PairStates::assemble() {
  run_stage(stream_, WriteEntries{batch_});
  run_stage(stream_, PlacePadding{batch_});
  run_stage(stream_, AssembleMatrices{batch_});
}

void PairStates::diagonalize() {
  const std::size_t bytes = linear_algebra_.workspace_bytes(batch_.n, batch_.count);
  const DeviceBuffer<unsigned char> workspace(bytes, stream_);
  linear_algebra_.diagonalize(batch_.n, batch_.count, batch_.vectors, batch_.eigenvalues, batch_.info, workspace.data(), bytes);
}

void PairStates::shoot(std::span<const ShootingDescriptor> shooting) {
  Shooting steps(*this, shooting);
  steps.write_coefficients();
  steps.search_grid();
  steps.refine();
  steps.write_vectors();
}

void PairStates::certify() {
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

void PairStates::find_first_peaks(kernels::PeakOf peak_of) {
  run_stage(stream_, BeginSearch{peak_of, summaries_.data(), searches_.data(), batch_.count});
  serve_searches(peak_of, kernels::PeakSearch::most_samples);  // all scans, then
  serve_searches(peak_of, 1);                                  // all roots: no search goes back from its root to scanning
}

void PairStates::serve_searches(kernels::PeakOf peak_of, int samples) {
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
    evaluation.observe_sums(kernels::detail_of_search(peak_of), reports.data());
    run_stage(stream_, Absorb{peak_of, searches_.data(), evaluation.slab(), reports.data()});
  }
}

std::vector<double> PairStates::peaks() const {
  const DeviceBuffer<double> peaks(extent(batch_.count), stream_);
  run_stage(stream_, ReadPeaks{summaries_.data(), searches_.data(), peaks.data(), batch_.count});
  return to_host(peaks, stream_);
}

std::vector<double> PairStates::first_peaks(kernels::PeakOf peak_of) {
  find_first_peaks(peak_of);
  return peaks();
}

std::vector<StateReport> PairStates::reports_of(std::span<const index> members, std::span<const double> t, Detail detail) {
  const DeviceBuffer<index> device_members = to_device(members, stream_);
  const DeviceBuffer<double> device_t = to_device(t, stream_);
  const auto count = static_cast<index>(members.size());
  Evaluation evaluation(*this, device_members.data(), count, device_t.data(), static_cast<index>(t.size()) / count);
  evaluation.evolve();
  return sums_on_host(stream_, batch_, evaluation.slab(), detail);
}

void PairStates::evaluate_slab(const Slab& slab, Staging& staging) {
  const DeviceBuffer<index> members = to_device(slab.members, stream_);
  const DeviceBuffer<double> t = to_device(slab.t, stream_);
  Evaluation evaluation(*this, members.data(), std::ssize(slab.members), t.data(), slab.times());
  evaluation.evolve();
  hand_out(stream_, batch_, evaluation.slab(), slab.detail, slab.levels, staging);
}

PairStates::Shooting::Shooting(PairStates& states, std::span<const ShootingDescriptor> shooting)
    : states_(states),
      descriptors_(shooting.size(), states.stream_),
      coefficients_(shooting.size() * extent(kernels::Coefficients::arrays, states.batch_.n), states.stream_),
      nodes_(shooting.size() * extent(states.batch_.pairs + ShootingBatch::extra_nodes), states.stream_),
      first_(shooting.size(), states.stream_),
      bonds_(shooting.size() * extent(states.batch_.pairs), states.stream_) {
  upload(descriptors_.data(), shooting, states.stream_);
  states.batch_.held = states.held_.data();
  states.batch_.by_levels = true;
  shot_ = {.batch = states.batch_,
           .shooting = descriptors_.data(),
           .coefficients = coefficients_.data(),
           .nodes = nodes_.data(),
           .first = first_.data(),
           .bonds = bonds_.data()};
}

void PairStates::Shooting::write_coefficients() {
  run_stage(states_.stream_, WriteEntries{states_.batch_});
  run_stage(states_.stream_, PlaceCoefficients{shot_});
}

void PairStates::Shooting::search_grid() {
  run_stage(states_.stream_, ShootGrid{shot_});
  run_stage(states_.stream_, CountPairs{shot_, states_.held_.data()});
}

void PairStates::Shooting::refine(int* shots) {
  run_stage(states_.stream_, RefinePairs{shot_, shots});
}

void PairStates::Shooting::write_vectors() {
  run_stage(states_.stream_, WriteVectors{shot_});
}

PairStates::Evaluation::Evaluation(const PairStates& states, const index* members, index count, const double* t, index times)
    : states_(states),
      factors_(extent(count, states.batch_.pairs, states.batch_.constant_diagonal ? times : 2 * times), states.stream_),
      amplitudes_(extent(count, states.batch_.n, states.batch_.constant_diagonal ? times : 2 * times), states.stream_),
      slab_{.count = count,
            .members = members,
            .times = times,
            .t = t,
            .factors = factors_.data(),
            .amplitudes = amplitudes_.data(),
            .columns = states.batch_.constant_diagonal ? times : 2 * times} {}

void PairStates::Evaluation::evolve() {
  constexpr int few = 2;  // real and imaginary parts of one time
  constexpr int many = 16;
  const PairBatch& batch = states_.batch_;
  run_stage(states_.stream_, WriteFactors{batch, slab_});
  if (batch.by_levels && slab_.columns <= few)
    run_stage(states_.stream_, SumPairsByLevels<1, few>{batch, slab_});
  else if (batch.by_levels)
    run_stage(states_.stream_, SumPairsByLevels<4, 4>{batch, slab_});
  else if (slab_.columns <= few)
    run_stage(states_.stream_, SumPairs<few>{batch, slab_});
  else
    run_stage(states_.stream_, SumPairs<many>{batch, slab_});
}

void PairStates::Evaluation::observe_sums(Detail detail, StateReport* reports) {
  cuda::observe_sums(states_.stream_, states_.batch_, slab_, detail, reports);
}

void PairStates::Evaluation::observe(Detail detail, StateReport* reports) {
  cuda::observe(states_.stream_, states_.batch_, slab_, detail, reports);
}

void PairStates::Evaluation::write_levels(LevelValues values, double* output) {
  cuda::write_levels(states_.stream_, states_.batch_, slab_, values, output);
}

}  // namespace qbatt::cuda
