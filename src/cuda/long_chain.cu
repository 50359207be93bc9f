#include "cuda/long_chain.hpp"

#include <algorithm>
#include <cmath>

#include "cuda/observe_slab.hpp"
#include "cuda/peak_search.hpp"
#include "kernels/cuda/assembly.hpp"
#include "kernels/cuda/evolution.hpp"
#include "kernels/cuda/launch.hpp"
#include "kernels/cuda/transfers.hpp"

namespace qbatt::cuda {

/// Shots at several eigenvalues, with the memory that they take.
struct LongChain::Shots {
  DeviceBuffer<double> numbers;  ///< lambda, parity, up_scales, down_scales
  DeviceBuffer<index> bonds;     ///< bond, kept_bond
  DeviceBuffer<kernels::SegmentTransfer> transfers;
  DeviceBuffer<kernels::ScaledPair> starts;  ///< up, down
  DeviceBuffer<kernels::SegmentShot> ends;   ///< up, down
  DeviceBuffer<kernels::Match> matches;
  LongShots view;

  Shots(const Segments& segments, index count, const Stream& stream)
      : numbers(extent(4, count), stream),
        bonds(extent(2, count), stream),
        transfers(extent(count, segments.count), stream),
        starts(extent(2, count, segments.count), stream),
        ends(extent(2, count, segments.count), stream),
        matches(extent(count), stream),
        view{.segments = segments,
             .count = count,
             .lambda = lambda(),
             .parity = parity(),
             .bond = bond(),
             .transfers = transfers.data(),
             .up_starts = starts.data(),
             .down_starts = starts.data() + count * segments.count,
             .up_shots = ends.data(),
             .down_shots = ends.data() + count * segments.count,
             .matches = matches.data(),
             .up_scales = numbers.data() + 2 * count,
             .down_scales = numbers.data() + 3 * count} {}

  [[nodiscard]] double* lambda() const { return numbers.data(); }
  [[nodiscard]] double* parity() const { return numbers.data() + numbers.size() / 4; }
  [[nodiscard]] index* bond() const { return bonds.data(); }
  [[nodiscard]] index* kept_bond() const { return bonds.data() + bonds.size() / 2; }
};

/// At some times.
struct LongChain::Amplitudes {
  DeviceBuffer<double> t;
  DeviceBuffer<double> factors;
  DeviceBuffer<double> entries;
  TimeSlab slab;

  Amplitudes(std::span<const double> times, const PairBatch& batch, const Stream& stream)
      : t(to_device(times, stream)),
        factors(extent(batch.pairs, columns(times, batch)), stream),
        entries(extent(batch.n, columns(times, batch)), stream),
        slab{.count = 1,
             .members = nullptr,
             .times = static_cast<index>(times.size()),
             .t = t.data(),
             .factors = factors.data(),
             .amplitudes = entries.data(),
             .columns = columns(times, batch)} {}

  static index columns(std::span<const double> times, const PairBatch& batch) {
    return static_cast<index>(times.size()) * (batch.constant_diagonal ? 1 : 2);
  }
};

LongChain::LongChain(const SystemDescriptor& system, const ShootingDescriptor& shooting, const LongChainShape& shape,
                     const Stream& stream)
    : shape_(shape),
      stream_(stream),
      system_(to_device<SystemDescriptor>({&system, 1}, stream)),
      shooting_(to_device<ShootingDescriptor>({&shooting, 1}, stream)),
      entries_(extent(3, system.dim), stream),
      shooting_coefficients_(extent(kernels::Coefficients::arrays, shooting.levels), stream),
      pair_entries_(extent(2, shape.pairs), stream),
      counts_(2, stream),
      nodes_(extent(shape.pairs + ShootingBatch::extra_nodes), stream),
      window_(extent(shape.window, shape.segment, shape.pairs), stream),
      batch_{.count = 1, .n = system.dim, .pairs = shape.pairs, .constant_diagonal = shape.constant_diagonal} {
  batch_.systems = system_.data();
  batch_.diag = entries_.data();
  batch_.diag_size = batch_.diag + system.dim;
  batch_.offdiag = batch_.diag_size + system.dim;
  batch_.eigenvalues = pair_entries_.data();
  batch_.coefficients = pair_entries_.data() + shape.pairs;
  batch_.held = counts_.data() + 1;
  shot_ = {.batch = batch_,
           .shooting = shooting_.data(),
           .coefficients = nullptr,
           .nodes = nodes_.data(),
           .first = counts_.data(),
           .bonds = nullptr};
  const kernels::Chain chain{system.model, system.dim, shooting.levels, shooting.folded, shape.constant_diagonal};
  segments_ = {.chain = {chain, kernels::Coefficients::in(shooting_coefficients_.data(), 0, shooting.levels), shooting.block},
               .length = shape.segment,
               .count = (shooting.levels + shape.segment - 1) / shape.segment};
  run_stage(stream_, WriteEntries{batch_});
  run_stage(stream_, WriteShootingCoefficients{segments_.chain});
  search_grid();
  refine();
  certify();
}

LongChain::~LongChain() = default;

/// Where wanted, the bonds are found first, for those that have one at all.
void LongChain::shoot_at(const Shots& shots, bool find_bonds) {
  const LongShots& view = shots.view;
  if (find_bonds) {
    const DeviceBuffer<kernels::DeepBond> found(extent(view.count, segments_.count), stream_);
    run_stage(stream_, FindDeepBonds{segments_, view.count, view.lambda, found.data()});
    run_stage(stream_, MergeDeepBonds{segments_.count, view.count, found.data(), shots.bond()});
  }
  run_stage(stream_, TransferSegments{view});
  run_stage(stream_, StartSegments{view});
  run_stage(stream_, ShootSegments{view});
  run_stage(stream_, MatchShots{view});
}

void LongChain::search_grid() {
  const Shots shots(segments_, shot_.nodes_a_system(), stream_);
  run_stage(stream_, PlaceNodes{shot_, shots.lambda(), shots.parity(), shots.bond()});
  shoot_at(shots, !shape_.constant_diagonal);
  run_stage(stream_, StoreNodes{shot_, shots.lambda(), shots.bond(), shots.matches.data()});
  run_stage(stream_, CountPairs{shot_, counts_.data() + 1});
  held_ = to_host(counts_, stream_)[1];
}

void LongChain::refine() {
  shots_ = std::make_unique<Shots>(segments_, shape_.pairs, stream_);
  const DeviceBuffer<kernels::Refinement> states(extent(shape_.pairs), stream_);
  const DeviceBuffer<index> waiting(extent(shape_.pairs), stream_);
  const LongRefinement r{shot_, states.data(), shots_->lambda(), shots_->parity(), shots_->bond(), shots_->kept_bond()};
  run_stage(stream_, PlacePairs{r});
  shoot_at(*shots_, !shape_.constant_diagonal);
  run_stage(stream_, BeginRefinement{r});
  for (int round = 0; round < RefinePairs::most_refinements; ++round) {
    if (round > 0) shoot_at(*shots_, false);
    run_stage(stream_, RefineOnce{r, shots_->matches.data()});
    if (select_indices(stream_, shape_.pairs, Refining{shots_->bond()}, waiting.data()) == 0) break;
  }
  run_stage(stream_, EndRefinement{r});
  shoot_at(*shots_, false);
}

WriteWindow LongChain::window(index first) const {
  const double multiplicity = segments_.chain.chain.multiplicity();
  return {{shots_->view, multiplicity}, held_, first, window_count(first), window_.data()};
}

void LongChain::write_window(index first) {
  if (!window_holds_all_) {
    run_stage(stream_, window(first));
    window_holds_all_ = shape_.window >= segments_.count;
  }
}

void LongChain::certify() {
  const index pairs = shape_.pairs;
  const DeviceBuffer<kernels::ResidualSquares<double>> squares(extent(segments_.count, pairs), stream_);
  const DeviceBuffer<double> defects(extent(shape_.window, shape_.segment), stream_);
  const DeviceBuffer<double> sums(extent(segments_.count), stream_);
  const DeviceBuffer<kernels::Residual<>> residuals(extent(pairs), stream_);
  const double multiplicity = segments_.chain.chain.multiplicity();
  double* const coefficients = pair_entries_.data() + pairs;
  const kernels::TridiagonalView h{batch_.n, batch_.diag, batch_.diag_size, batch_.offdiag};
  run_stage(stream_, WriteCoefficients{{shots_->view, multiplicity}, held_, coefficients});
  for (index first = 0; first < segments_.count; first += shape_.window) {
    const WriteWindow w = window(first);
    write_window(first);
    run_stage(stream_, MeasureSegments{w, h, squares.data()});
    run_stage(stream_, MeasureStarts{w, coefficients, defects.data()});
    run_stage(stream_, SumStarts{defects.data(), segments_.length, first, w.count, sums.data()});
  }
  run_stage(stream_, SumResiduals{squares.data(), segments_.count, pairs, multiplicity, residuals.data()});
  const std::vector<double> entries = to_host(pair_entries_, stream_);
  const std::vector<kernels::Residual<>> measured = to_host(residuals, stream_);
  double defect_square = 0.0;
  for (const double sum : to_host(sums, stream_)) defect_square += sum;
  std::vector<double> weights;
  for (index j = 0; j < held_; ++j) {
    const auto i = static_cast<std::size_t>(j);
    const double c = entries[static_cast<std::size_t>(pairs) + i];
    weights.push_back(c * c);
    summary_.certificate.add_pair(c, entries[i], measured[i], held_);
  }
  summary_.pairs = held_;
  summary_.certificate.start_defect = std::sqrt(defect_square);
  if (shape_.constant_diagonal) allow_for_real_arithmetic(summary_.certificate);
  summary_.bandwidth = kernels::energy_bandwidth(entries.data(), weights.data(), held_);
  summary_.info = kernels::is_hopeless(summary_.certificate) ? 1 : 0;
}

void LongChain::evolve(const Amplitudes& amplitudes) {
  const TimeSlab& slab = amplitudes.slab;
  const index columns = slab.columns;
  const bool folded = segments_.chain.chain.folded;
  const DeviceBuffer<double> mirrored(folded ? extent(shape_.pairs, columns) : 0, stream_);
  run_stage(stream_, WriteFactors{batch_, slab});
  if (folded) run_stage(stream_, MirrorFactors{slab.factors, shots_->parity(), shape_.pairs, columns, mirrored.data()});
  for (index first = 0; first < segments_.count; first += shape_.window) {
    const index count = window_count(first);
    const index begin = segments_.first(first);
    const index rows = segments_.end(first + count - 1) - begin;
    write_window(first);
    sum_window(slab, slab.factors, first, rows, -1);
    if (folded) sum_window(slab, mirrored.data(), first, rows, batch_.n - 1);
  }
}

/// Amplitudes of the kept levels of a window that begins with segment `first`, or of the levels that mirror them.
void LongChain::sum_window(const TimeSlab& slab, const double* factors, index first, index rows, index mirror) const {
  const auto sum = [&]<int levels, int width>(const TilesOfPairs<levels, width>& cut) {
    run_stage(stream_, SumWindow<levels, width>{window_.data(), shape_.pairs, held_, factors, cut, segments_.first(first), mirror,
                                                slab.amplitudes});
  };
  if (slab.columns <= 2)
    sum(TilesOfPairs<1, 2>{rows, slab.columns});
  else
    sum(TilesOfPairs<4, 4>{rows, slab.columns});
}

std::vector<double> LongChain::first_peaks(kernels::PeakOf peak_of) {
  return search_first_peaks(*this, peak_of, {&summary_.bandwidth, 1});
}

std::vector<StateReport> LongChain::reports_of(std::span<const index> /*members*/, std::span<const double> t, Detail detail) {
  const Amplitudes amplitudes(t, batch_, stream_);
  evolve(amplitudes);
  return sums_on_host(stream_, batch_, amplitudes.slab, detail);
}

void LongChain::evaluate_slab(const Slab& slab, Staging& staging) {
  const Amplitudes amplitudes(slab.t, batch_, stream_);
  evolve(amplitudes);
  hand_out(stream_, batch_, amplitudes.slab, slab.detail, slab.levels, staging);
}

}  // namespace qbatt::cuda
