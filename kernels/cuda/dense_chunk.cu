#include "kernels/cuda/dense_chunk.hpp"

#include "kernels/cuda/assembly.hpp"
#include "kernels/cuda/evolution.hpp"
#include "kernels/cuda/launch.hpp"
#include "kernels/cuda/peak_stages.hpp"

namespace qbatt::cuda {
namespace {

template <class Stage>
void run(const Stream& stream, const Stage& stage) {
  launch(stream, stage.items(), stage);
}

std::size_t size(index a, index b = 1, index c = 1) {
  return static_cast<std::size_t>(a) * static_cast<std::size_t>(b) * static_cast<std::size_t>(c);
}

template <class T>
std::vector<T> to_host(const DeviceBuffer<T>& buffer, std::size_t count, const Stream& stream) {
  std::vector<T> result(count);
  copy(result.data(), buffer.data(), count, stream);
  stream.synchronize();
  return result;
}

template <class T>
T* at_least(PinnedBuffer<T>& buffer, std::size_t count) {
  if (buffer.size() < count) {
    buffer = PinnedBuffer<T>(count);
  }
  return buffer.data();
}

}  // namespace

DenseChunk::DenseChunk(std::span<const SystemDescriptor> systems, index n, bool constant_diagonal,
                       const LinearAlgebra& linear_algebra, const Stream& stream)
    : linear_algebra_(linear_algebra),
      stream_(stream),
      systems_(systems.size(), stream),
      entries_(4 * systems.size() * size(n), stream),
      matrices_(systems.size() * size(n, n), stream),
      info_(systems.size(), stream),
      summaries_(systems.size(), stream),
      searches_(systems.size(), stream),
      batch_{.count = static_cast<index>(systems.size()), .n = n, .constant_diagonal = constant_diagonal} {
  copy(systems_.data(), systems.data(), systems.size(), stream);
  const std::size_t levels = systems.size() * size(n);
  batch_.systems = systems_.data();
  batch_.diag = entries_.data();
  batch_.diag_size = batch_.diag + levels;
  batch_.offdiag = batch_.diag_size + levels;
  batch_.eigenvalues = batch_.offdiag + levels;
  batch_.matrices = matrices_.data();
  batch_.info = info_.data();
}

void DenseChunk::assemble() {
  run(stream_, WriteEntries{batch_});
  run(stream_, PlacePadding{batch_});
  run(stream_, AssembleMatrices{batch_});
}

void DenseChunk::diagonalize() {
  const std::size_t bytes = linear_algebra_.workspace_bytes(batch_.n, batch_.count);
  const DeviceBuffer<unsigned char> workspace(bytes, stream_);
  linear_algebra_.diagonalize(batch_.n, batch_.count, batch_.matrices, batch_.eigenvalues, batch_.info, workspace.data(), bytes);
}

void DenseChunk::certify() {
  const std::size_t levels = size(batch_.count, batch_.n);
  const DeviceBuffer<kernels::Residual<>> residuals(levels, stream_);
  const DeviceBuffer<double> weights(levels, stream_);
  const DeviceBuffer<double> defects(levels, stream_);
  const Evidence evidence{residuals.data(), weights.data(), defects.data()};
  run(stream_, MeasurePairs{batch_, evidence});
  run(stream_, MeasureStart{batch_, evidence});
  run(stream_, Certify{batch_, evidence, summaries_.data()});
}

void DenseChunk::find_first_peaks() {
  run(stream_, BeginSearch{summaries_.data(), searches_.data(), batch_.count});
  serve_searches(kernels::PeakSearch::batch);  // all scans, then
  serve_searches(1);                           // all roots: no search goes back from its root to scanning
}

void DenseChunk::serve_searches(int samples) {
  const DeviceBuffer<index> members(size(batch_.count), stream_);
  const DeviceBuffer<double> t(size(batch_.count, samples), stream_);
  const DeviceBuffer<StateReport> reports(size(batch_.count, samples), stream_);
  const WantsSamples wants{summaries_.data(), searches_.data(), samples};
  while (true) {
    const index count = select_indices(stream_, batch_.count, wants, members.data());
    if (count == 0) {
      return;
    }
    Evaluation evaluation(*this, members.data(), count, t.data(), samples);
    run(stream_, AskTimes{searches_.data(), evaluation.slab(), t.data()});
    evaluation.evolve();
    evaluation.observe_slopes(reports.data());
    run(stream_, Absorb{searches_.data(), evaluation.slab(), reports.data()});
  }
}

std::vector<PairSummary> DenseChunk::summaries() const {
  return to_host(summaries_, size(batch_.count), stream_);
}

std::vector<double> DenseChunk::peaks() const {
  const DeviceBuffer<double> peaks(size(batch_.count), stream_);
  run(stream_, ReadPeaks{summaries_.data(), searches_.data(), peaks.data(), batch_.count});
  return to_host(peaks, size(batch_.count), stream_);
}

void DenseChunk::evaluate(std::span<const double> t, index times, Detail detail, bool populations, Staging& staging) const {
  const std::size_t samples = size(batch_.count, times);
  const DeviceBuffer<double> device_t(samples, stream_);
  const DeviceBuffer<StateReport> reports(samples, stream_);
  copy(device_t.data(), t.data(), samples, stream_);
  Evaluation evaluation(*this, nullptr, batch_.count, device_t.data(), times);
  evaluation.evolve();
  evaluation.observe(detail, reports.data());
  copy(at_least(staging.reports, samples), reports.data(), samples, stream_);
  if (populations) {
    const DeviceBuffer<double> p(samples * size(batch_.n), stream_);
    evaluation.write_populations(p.data());
    copy(at_least(staging.populations, p.size()), p.data(), p.size(), stream_);
  }
  stream_.synchronize();
}

DenseChunk::Evaluation::Evaluation(const DenseChunk& chunk, const index* members, index count, const double* t, index times)
    : chunk_(chunk),
      factors_(size(count, chunk.batch_.n, chunk.batch_.constant_diagonal ? times : 2 * times), chunk.stream_),
      amplitudes_(factors_.size(), chunk.stream_),
      slab_{.count = count,
            .members = members,
            .times = times,
            .t = t,
            .factors = factors_.data(),
            .amplitudes = amplitudes_.data(),
            .columns = chunk.batch_.constant_diagonal ? times : 2 * times} {}

void DenseChunk::Evaluation::evolve() {
  const DenseBatch& batch = chunk_.batch_;
  const DeviceBuffer<const double*> factors(size(slab_.count), chunk_.stream_);
  const DeviceBuffer<const double*> vectors(size(slab_.count), chunk_.stream_);
  const DeviceBuffer<double*> amplitudes(size(slab_.count), chunk_.stream_);
  run(chunk_.stream_, WriteFactors{batch, slab_});
  run(chunk_.stream_, WritePointers{batch, slab_, factors.data(), vectors.data(), amplitudes.data()});
  chunk_.linear_algebra_.multiply(slab_.columns, batch.n, batch.n, factors.data(), vectors.data(), batch.n, amplitudes.data(),
                                  slab_.count);
}

void DenseChunk::Evaluation::sum_segments(Detail detail, double* significant, StateReport* reports) {
  const DenseBatch& batch = chunk_.batch_;
  const DeviceBuffer<kernels::StateSums> sums(size(slab_.count, segment_count(batch.n), slab_.times), chunk_.stream_);
  run(chunk_.stream_, ObserveSegments{batch, slab_, sums.data(), detail, significant});
  run(chunk_.stream_, MergeSegments{batch, slab_, sums.data(), reports});
}

void DenseChunk::Evaluation::observe_slopes(StateReport* reports) {
  sum_segments(Detail::slopes, nullptr, reports);
}

void DenseChunk::Evaluation::observe(Detail detail, StateReport* reports) {
  const DenseBatch& batch = chunk_.batch_;
  if (detail != Detail::observables) {
    sum_segments(detail, nullptr, reports);
    run(chunk_.stream_, FinishReports{batch, slab_, nullptr, reports});
    return;
  }
  const index rows = slab_.count * slab_.times;
  const DeviceBuffer<double> significant(size(rows, batch.n), chunk_.stream_);
  const DeviceBuffer<double> descending(size(rows, batch.n), chunk_.stream_);
  sum_segments(detail, significant.data(), reports);
  sort_rows_descending(chunk_.stream_, significant.data(), descending.data(), rows, batch.n);
  run(chunk_.stream_, FinishReports{batch, slab_, descending.data(), reports});
}

void DenseChunk::Evaluation::write_populations(double* populations) {
  run(chunk_.stream_, WritePopulations{chunk_.batch_, slab_, populations});
}

}  // namespace qbatt::cuda
