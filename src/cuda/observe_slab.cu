#include "cuda/observe_slab.hpp"

#include "kernels/cuda/launch.hpp"
#include "kernels/cuda/observation.hpp"
#include "kernels/cuda/transfers.hpp"

namespace qbatt::cuda {
namespace {

void sum_segments(const Stream& stream, const PairBatch& batch, const TimeSlab& slab, Detail detail, double* significant,
                  StateReport* reports) {
  const auto sums_held = static_cast<std::size_t>(slab.count * segment_count(batch.n) * slab.times);
  const DeviceBuffer<kernels::StateSums> sums(sums_held, stream);
  run_stage(stream, ObserveSegments{batch, slab, sums.data(), detail, significant});
  run_stage(stream, MergeSegments{batch, slab, sums.data(), reports});
}

}  // namespace

void observe_sums(const Stream& stream, const PairBatch& batch, const TimeSlab& slab, Detail detail, StateReport* reports) {
  sum_segments(stream, batch, slab, detail, nullptr, reports);
}

std::vector<StateReport> sums_on_host(const Stream& stream, const PairBatch& batch, const TimeSlab& slab, Detail detail) {
  const DeviceBuffer<StateReport> reports(static_cast<std::size_t>(slab.count * slab.times), stream);
  observe_sums(stream, batch, slab, detail, reports.data());
  return to_host(reports, stream);
}

void observe(const Stream& stream, const PairBatch& batch, const TimeSlab& slab, Detail detail, StateReport* reports) {
  if (detail != Detail::observables) {
    sum_segments(stream, batch, slab, detail, nullptr, reports);
    run_stage(stream, FinishReports{batch, slab, nullptr, reports});
    return;
  }
  const index rows = slab.count * slab.times;
  const DeviceBuffer<double> significant(static_cast<std::size_t>(rows * batch.n), stream);
  const DeviceBuffer<double> descending(static_cast<std::size_t>(rows * batch.n), stream);
  sum_segments(stream, batch, slab, detail, significant.data(), reports);
  sort_rows_descending(stream, significant.data(), descending.data(), rows, batch.n);
  const DeviceBuffer<double> passive(static_cast<std::size_t>(rows * segment_count(batch.n)), stream);
  run_stage(stream, SumPassiveLevels{rows, batch.n, descending.data(), passive.data()});
  run_stage(stream, FinishReports{batch, slab, passive.data(), reports});
}

void write_levels(const Stream& stream, const PairBatch& batch, const TimeSlab& slab, LevelValues values, double* output) {
  run_stage(stream, WriteLevels{batch, slab, values, output});
}

void hand_out(const Stream& stream, const PairBatch& batch, const TimeSlab& slab, Detail detail, LevelValues values,
              BatchStates::Staging& staging) {
  const auto samples = static_cast<std::size_t>(slab.count * slab.times);
  const DeviceBuffer<StateReport> reports(samples, stream);
  observe(stream, batch, slab, detail, reports.data());
  copy(BatchStates::at_least(staging.reports, samples), reports.data(), samples, stream);
  if (values != LevelValues::none) {
    const DeviceBuffer<double> levels(samples * static_cast<std::size_t>(batch.n * numbers_of(values)), stream);
    write_levels(stream, batch, slab, values, levels.data());
    copy(BatchStates::at_least(staging.levels, levels.size()), levels.data(), levels.size(), stream);
  }
  stream.synchronize();
}

}  // namespace qbatt::cuda
