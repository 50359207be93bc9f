#include "cuda/chebyshev_states.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>
#include <numeric>
#include <utility>

#include "cuda/observe_slab.hpp"
#include "cuda/on_all_cores.hpp"
#include "cuda/peak_search.hpp"
#include "cuda/shooting_descriptor.hpp"
#include "kernels/cuda/assembly.hpp"
#include "kernels/cuda/launch.hpp"
#include "kernels/cuda/transfers.hpp"
#include "model/numerical_error.hpp"

namespace qbatt::cuda {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

std::vector<SystemDescriptor> describe(std::span<const LevelChain> chains) {
  std::vector<SystemDescriptor> descriptors;
  std::ranges::transform(chains, std::back_inserter(descriptors), descriptor_of);
  return descriptors;
}

}  // namespace

struct ChebyshevStates::System {
  /// A kept state: the leg that begins with it, -1 where there is none yet, and when it was last wanted.
  struct Slot {
    std::int64_t leg = -1;
    std::int64_t used = 0;
  };

  std::unique_ptr<ChebyshevPath> path;  ///< null where the system failed
  std::array<Slot, states_kept> slots;  ///< the first is e_0, for ever
  double work = 0.0;                    ///< levels times orders so far

  /// The kept state with the latest leg up to this one.
  [[nodiscard]] std::size_t slot_before(std::int64_t leg) const {
    std::size_t best = 0;
    for (std::size_t i = 1; i < slots.size(); ++i)
      if (slots[i].leg <= leg && slots[i].leg > slots[best].leg) best = i;
    return best;
  }

  [[nodiscard]] bool keeps(std::int64_t leg) const { return slots[slot_before(leg)].leg == leg; }

  /// For a new state: the slot longest unused but for `busy`.
  [[nodiscard]] std::size_t slot_to_spare(std::size_t busy) const {
    std::size_t best = busy == 1 ? 2 : 1;
    for (std::size_t i = best + 1; i < slots.size(); ++i)
      if (i != busy && slots[i].used < slots[best].used) best = i;
    return best;
  }
};

struct ChebyshevStates::Journey {
  index member;                    ///< its place in the slab
  index system;                    ///< ... and in the batch
  std::span<const double> t;       ///< wanted
  std::vector<std::size_t> order;  ///< of the finite ones, by rising time
  std::size_t done = 0;

  Journey(index member_, index system_, std::span<const double> t_) : member(member_), system(system_), t(t_) {
    for (std::size_t i = 0; i < t.size(); ++i)
      if (std::isfinite(t[i])) order.push_back(i);
    std::ranges::stable_sort(order, {}, [this](std::size_t i) { return t[i]; });
  }

  [[nodiscard]] bool finished() const { return done == order.size(); }
  [[nodiscard]] double next() const { return t[order[done]]; }
};

/// From the state in a slot to some of the wanted times and, where a slot for it is named, to the end of the leg.
struct ChebyshevStates::Crossing {
  static constexpr std::size_t nowhere = 0;  // e_0's slot: nothing is ever written there

  index member;
  index system;
  std::size_t leg;
  std::size_t from;
  std::size_t to = nowhere;
  std::vector<std::size_t> columns;     ///< of the slab
  std::vector<ChebyshevSeries> series;  ///< one a column, then that of the end

  [[nodiscard]] bool to_end() const { return to != nowhere; }
};

struct ChebyshevStates::Amplitudes {
  DeviceBuffer<double> entries;
  DeviceBuffer<index> members;
  DeviceBuffer<double> t;
  TimeSlab slab;

  Amplitudes(std::span<const index> members_, index times, const PairBatch& batch, const Stream& stream)
      : entries(extent(static_cast<index>(members_.size()), batch.n, batch.constant_diagonal ? times : 2 * times), stream),
        members(to_device(members_, stream)),
        t(members_.size() * extent(times), stream),
        slab{.count = static_cast<index>(members_.size()),
             .members = members.data(),
             .times = times,
             .t = t.data(),
             .factors = nullptr,
             .amplitudes = entries.data(),
             .columns = batch.constant_diagonal ? times : 2 * times} {}
};

/// Sorted by class, with all that the device needs. Expansions of a class for which there is no room at once run one portion after
/// the other: none depends on another, so that the bits are the same.
template <ChebyshevKind kind>
class ChebyshevStates::Expansions {
public:
  Expansions(ChebyshevStates& states, std::size_t room) : states_(states), room_(room) {}

  /// `targets`: as many as the crossing has series.
  void add(const Crossing& crossing, std::span<const kernels::ChebyshevTarget> targets) {
    const ChebyshevLeg& leg = states_.systems_[static_cast<std::size_t>(crossing.system)].path->legs()[crossing.leg];
    const std::size_t place = choose_chebyshev_class(kind, leg.levels, static_cast<index>(targets.size()));
    const ChebyshevClass& c = chebyshev_classes(kind)[place];
    const auto width = static_cast<std::size_t>(c.targets);
    for (std::size_t first = 0; first < targets.size(); first += width) {
      const std::size_t count = std::min(width, targets.size() - first);
      const auto series = std::span(crossing.series).subspan(first, count);
      kernels::ChebyshevExpansion e = describe_start(crossing, leg);
      e.orders = orders_of(series);
      std::ranges::copy(targets.subspan(first, count), e.target);
      portion_for(place, e).add(e, series, c);
      states_.multiply_adds_ += chebyshev_multiply_adds(kind, leg.levels, e.orders, static_cast<index>(count));
    }
  }

  void run(const Stream& stream) { run_classes(stream, std::make_index_sequence<class_count>{}); }

  /// Levels times orders of a crossing.
  static double work(const Crossing& crossing, index levels) {
    const ChebyshevClass& c =
        chebyshev_classes(kind)[choose_chebyshev_class(kind, levels, static_cast<index>(crossing.series.size()))];
    const int vectors = kind == ChebyshevKind::complex_start ? 2 : 1;
    double orders = 0.0;
    for (std::size_t first = 0; first < crossing.series.size(); first += static_cast<std::size_t>(c.targets)) {
      const std::size_t last = std::min(crossing.series.size(), first + static_cast<std::size_t>(c.targets)) - 1;
      orders += crossing.series[last].order + 1.0;
    }
    return orders * static_cast<double>(levels) * vectors;
  }

private:
  static constexpr std::size_t class_count = chebyshev_classes(kind).size();

  /// What one kernel works on at once.
  struct Portion {
    std::vector<kernels::ChebyshevExpansion> expansions;
    std::vector<ChebyshevTileItem> tiles;
    std::vector<double> factors;
    std::vector<std::size_t> first_factor;  ///< of each expansion
    std::vector<index> work;                ///< entries of work space of each expansion
    int passes = 0;
    std::size_t bytes = 0;

    void add(const kernels::ChebyshevExpansion& e, std::span<const ChebyshevSeries> series, const ChebyshevClass& c) {
      first_factor.push_back(factors.size());
      const auto width = static_cast<std::size_t>(c.targets);
      factors.resize(factors.size() + static_cast<std::size_t>(e.orders) * width, 0.0);
      for (std::size_t o = 0; o < series.size(); ++o)
        for (std::size_t n = 0; n <= static_cast<std::size_t>(series[o].order); ++n)
          factors[first_factor.back() + n * width + o] = series[o].factors[n];
      const index count = tile_count(c, e.levels);
      for (index tile = 0; tile < count; ++tile)
        tiles.push_back({static_cast<index>(expansions.size()), tile_begin(c, e.levels, tile)});
      work.push_back(chebyshev_work_entries(kind, c, e.levels));
      passes = std::max(passes, pass_count(c, e.levels, e.orders));
      bytes += chebyshev_expansion_bytes(kind, c, e.levels, e.orders);
      expansions.push_back(e);
    }
  };

  /// The most that a series has, made even.
  [[nodiscard]] static int orders_of(std::span<const ChebyshevSeries> series) {
    int orders = 0;
    for (const ChebyshevSeries& s : series) orders = std::max(orders, s.order + 1);
    return orders + orders % 2;
  }

  /// The last of the class, or a new one where there is no room for more in it.
  Portion& portion_for(std::size_t place, const kernels::ChebyshevExpansion& e) {
    std::vector<Portion>& portions = classes_[place];
    const std::size_t more = chebyshev_expansion_bytes(kind, chebyshev_classes(kind)[place], e.levels, e.orders);
    if (portions.empty() || portions.back().bytes + more > room_) portions.emplace_back();
    return portions.back();
  }

  [[nodiscard]] kernels::ChebyshevExpansion describe_start(const Crossing& crossing, const ChebyshevLeg& leg) const {
    const PairBatch& batch = states_.batch_;
    const double* const start = states_.kept_.at(crossing.system, static_cast<index>(crossing.from));
    return {.levels = leg.levels,
            .support = leg.support,
            .center = leg.range.center,
            .scale = 2.0 / leg.range.half_width,
            .diag = batch.diag + crossing.system * batch.n,
            .offdiag = batch.offdiag + crossing.system * batch.n,
            .start_re = start,
            .start_im = start + (states_.parts() - 1) * batch.n,
            .work = nullptr,
            .orders = 0,
            .factors = nullptr,
            .target = {}};
  }

  template <std::size_t... place>
  void run_classes(const Stream& stream, std::index_sequence<place...>) {
    (run_class<place>(stream), ...);
  }

  template <std::size_t place>
  void run_class(const Stream& stream) {
    for (Portion& portion : classes_[place]) run_portion<place>(stream, portion);
  }

  template <std::size_t place>
  static void run_portion(const Stream& stream, Portion& portion) {
    const DeviceBuffer<double> factors = to_device<double>(portion.factors, stream);
    const index work_entries = std::accumulate(portion.work.begin(), portion.work.end(), index{0});
    const DeviceBuffer<double> work(extent(work_entries), stream);
    run_stage(stream, FillEntries{work.data(), work_entries, 0.0});
    double* next_work = work.data();
    for (std::size_t i = 0; i < portion.expansions.size(); ++i) {
      portion.expansions[i].factors = factors.data() + portion.first_factor[i];
      portion.expansions[i].work = portion.work[i] > 0 ? next_work : nullptr;
      next_work += portion.work[i];
    }
    const DeviceBuffer<kernels::ChebyshevExpansion> expansions = to_device<kernels::ChebyshevExpansion>(portion.expansions, stream);
    const DeviceBuffer<ChebyshevTileItem> tiles = to_device<ChebyshevTileItem>(portion.tiles, stream);
    for (int number = 0; number < portion.passes; ++number)
      run_team_stage(stream,
                     ExpandTiles<kind, place>{expansions.data(), tiles.data(), static_cast<index>(portion.tiles.size()), number});
  }

  ChebyshevStates& states_;
  std::size_t room_;
  std::array<std::vector<Portion>, class_count> classes_;
};

ChebyshevStates::ChebyshevStates(std::span<const LevelChain> chains, const ChebyshevShape& shape, const Stream& stream)
    : shape_(shape),
      stream_(stream),
      systems_(chains.size()),
      descriptors_(to_device<SystemDescriptor>(describe(chains), stream)),
      entries_(3 * chains.size() * extent(shape.n), stream),
      kept_entries_(chains.size() * states_kept * extent(parts(), shape.n), stream),
      kept_{.entries = kept_entries_.data(), .kept = static_cast<index>(states_kept), .parts = parts(), .n = shape.n},
      batch_{.count = static_cast<index>(chains.size()), .n = shape.n, .constant_diagonal = shape.constant_diagonal} {
  const std::size_t levels = chains.size() * extent(shape.n);
  batch_.systems = descriptors_.data();
  batch_.diag = entries_.data();
  batch_.diag_size = batch_.diag + levels;
  batch_.offdiag = batch_.diag_size + levels;
  run_stage(stream_, WriteEntries{batch_});
  run_stage(stream_, FillEntries{kept_entries_.data(), static_cast<index>(kept_entries_.size()), 0.0});
  run_stage(stream_, WriteStarts{kept_, batch_.count});
  on_all_cores(chains.size(), shape.threads, [&](std::size_t i) {
    systems_[i].slots[0].leg = 0;
    try {
      systems_[i].path = std::make_unique<ChebyshevPath>(chains[i], fused_multiply_add);
    } catch (const NumericalError&) {
      systems_[i].path = nullptr;
    }
  });
}

ChebyshevStates::~ChebyshevStates() = default;

bool ChebyshevStates::solved(std::size_t place) const {
  return systems_[place].path != nullptr;
}

const std::vector<ChebyshevLeg>& ChebyshevStates::legs(std::size_t place) const {
  return systems_[place].path->legs();
}

double ChebyshevStates::error_bound(std::size_t place, double t) const {
  return solved(place) ? systems_[place].path->error_bound(t) : nan;
}

double ChebyshevStates::phase_error(std::size_t place, double t) const {
  return solved(place) ? systems_[place].path->phase_error(t) : nan;
}

double ChebyshevStates::angle(std::size_t place, double t) const {
  return solved(place) ? systems_[place].path->angle(t) : nan;
}

double ChebyshevStates::bandwidth(std::size_t place) const {
  return systems_[place].path != nullptr ? systems_[place].path->bandwidth() : 1.0;
}

std::vector<double> ChebyshevStates::first_peaks(kernels::PeakOf peak_of) {
  std::vector<double> bandwidths;
  for (std::size_t place = 0; place < systems_.size(); ++place) bandwidths.push_back(bandwidth(place));
  return search_first_peaks(*this, peak_of, bandwidths);
}

std::vector<StateReport> ChebyshevStates::reports_of(std::span<const index> members, std::span<const double> t, Detail detail) {
  const Amplitudes amplitudes(members, static_cast<index>(t.size() / members.size()), batch_, stream_);
  propagate(members, t, amplitudes);
  return sums_on_host(stream_, batch_, amplitudes.slab, detail);
}

void ChebyshevStates::evaluate_slab(const Slab& slab, Staging& staging) {
  const Amplitudes amplitudes(slab.members, slab.times(), batch_, stream_);
  propagate(slab.members, slab.t, amplitudes);
  hand_out(stream_, batch_, amplitudes.slab, slab.detail, slab.levels, staging);
}

void ChebyshevStates::propagate(std::span<const index> members, std::span<const double> t, const Amplitudes& amplitudes) {
  const auto times = static_cast<std::size_t>(amplitudes.slab.times);
  run_stage(stream_, FillEntries{amplitudes.slab.amplitudes, static_cast<index>(amplitudes.entries.size()), 0.0});
  const std::size_t room = room_beside(amplitudes);
  std::vector<Journey> journeys;
  for (std::size_t m = 0; m < members.size(); ++m) {
    const Journey& journey = journeys.emplace_back(static_cast<index>(m), members[m], t.subspan(m * times, times));
    std::unique_ptr<ChebyshevPath>& path = systems_[static_cast<std::size_t>(journey.system)].path;
    if (path && !journey.order.empty() && !path->reaches(journey.t[journey.order.back()])) path = nullptr;
  }
  while (true) {
    std::vector<Journey*> going;
    for (Journey& journey : journeys)
      if (!journey.finished() && solved(static_cast<std::size_t>(journey.system))) going.push_back(&journey);
    if (going.empty()) break;
    ++clock_;
    std::vector<Crossing> crossings(going.size());
    on_all_cores(
        going.size(), shape_.threads,
        [&](std::size_t i) {
          crossings[i] = next_crossing(*going[i]);
          going[i]->done += crossings[i].columns.size();
        });
    std::erase_if(crossings, [this](const Crossing& c) { return !solved(static_cast<std::size_t>(c.system)); });
    cross(crossings, amplitudes.slab, room);
  }
  std::vector<double> reached(t.begin(), t.end());
  for (std::size_t m = 0; m < members.size(); ++m)
    if (!solved(static_cast<std::size_t>(members[m])))
      std::fill_n(reached.begin() + static_cast<std::ptrdiff_t>(m * times), times, nan);
  upload<double>(amplitudes.t.data(), reached, stream_);
  run_stage(stream_, VoidColumns{amplitudes.slab, batch_.n});
}

ChebyshevKind ChebyshevStates::kind_of(const Crossing& crossing) const {
  return chebyshev_kind(shape_.constant_diagonal, crossing.from == 0,
                        legs(static_cast<std::size_t>(crossing.system))[crossing.leg].levels);
}

std::size_t ChebyshevStates::room_beside(const Amplitudes& amplitudes) const {
  const std::size_t kept =
      descriptors_.size() * sizeof(SystemDescriptor) + (entries_.size() + kept_entries_.size()) * sizeof(double);
  const std::size_t ends = systems_.size() * sizeof(LegEnd);
  const std::size_t held =
      kept + ends + (amplitudes.entries.size() + amplitudes.t.size()) * sizeof(double) + amplitudes.members.size() * sizeof(index);
  return shape_.memory > held ? shape_.memory - held : 0;
}

ChebyshevStates::Crossing ChebyshevStates::next_crossing(const Journey& journey) {
  System& system = systems_[static_cast<std::size_t>(journey.system)];
  const std::vector<ChebyshevLeg>& legs = system.path->legs();
  const std::size_t wanted = system.path->leg_of(journey.next());
  const std::size_t from = system.slot_before(static_cast<std::int64_t>(wanted));
  const auto leg = static_cast<std::size_t>(system.slots[from].leg);
  Crossing crossing{.member = journey.member, .system = journey.system, .leg = leg, .from = from, .columns = {}, .series = {}};
  std::size_t next = journey.done;
  while (leg == wanted && next < journey.order.size() && journey.t[journey.order[next]] <= legs[leg].end()) {
    const std::size_t column = journey.order[next];
    crossing.columns.push_back(column);
    crossing.series.push_back(ChebyshevPath::series(legs[leg], journey.t[column] - legs[leg].begin));
    ++next;
  }
  system.slots[from].used = clock_;
  if (next < journey.order.size() && !system.keeps(static_cast<std::int64_t>(leg) + 1)) {
    crossing.to = system.slot_to_spare(from);
    crossing.series.push_back(ChebyshevPath::series(legs[leg], legs[leg].end() - legs[leg].begin));
    system.slots[crossing.to] = {static_cast<std::int64_t>(leg) + 1, clock_};
  }
  const ChebyshevKind kind = kind_of(crossing);
  system.work += kind == ChebyshevKind::rotation     ? Expansions<ChebyshevKind::rotation>::work(crossing, legs[leg].levels)
                 : kind == ChebyshevKind::real_start ? Expansions<ChebyshevKind::real_start>::work(crossing, legs[leg].levels)
                                                     : Expansions<ChebyshevKind::complex_start>::work(crossing, legs[leg].levels);
  if (system.work > shape_.work_limit) system.path = nullptr;
  return crossing;
}

void ChebyshevStates::cross(std::span<const Crossing> crossings, const TimeSlab& slab, std::size_t room) {
  Expansions<ChebyshevKind::rotation> rotations(*this, room);
  Expansions<ChebyshevKind::real_start> real_starts(*this, room);
  Expansions<ChebyshevKind::complex_start> complex_starts(*this, room);
  std::vector<LegEnd> ends;
  for (const Crossing& crossing : crossings) {
    std::vector<kernels::ChebyshevTarget> targets;
    double* const columns = slab.amplitudes + crossing.member * batch_.n * slab.columns;
    for (const std::size_t column : crossing.columns) {
      double* const re = columns + static_cast<index>(column);
      targets.push_back({.re = re, .im = re + slab.times, .stride = slab.columns, .amplitudes = true});
    }
    if (crossing.to_end()) {
      double* const re = kept_.at(crossing.system, static_cast<index>(crossing.to));
      const System& system = systems_[static_cast<std::size_t>(crossing.system)];
      targets.push_back({.re = re, .im = re + (parts() - 1) * batch_.n});
      ends.push_back({re, system.path->legs()[crossing.leg].levels});
    }
    switch (kind_of(crossing)) {
      case ChebyshevKind::rotation:
        rotations.add(crossing, targets);
        break;
      case ChebyshevKind::real_start:
        real_starts.add(crossing, targets);
        break;
      default:
        complex_starts.add(crossing, targets);
    }
  }
  const auto count = static_cast<index>(ends.size());
  const DeviceBuffer<LegEnd> device_ends = to_device<LegEnd>(ends, stream_);
  run_stage(stream_, ClearEnds{device_ends.data(), count, parts() * batch_.n});
  rotations.run(stream_);
  real_starts.run(stream_);
  complex_starts.run(stream_);
  if (count > 0) {
    const DeviceBuffer<double> sums(extent(count, segment_count(batch_.n)), stream_);
    const DeviceBuffer<index> supports(extent(count), stream_);
    run_stage(stream_, SumSegments{device_ends.data(), count, batch_.n, parts(), sums.data()});
    run_stage(stream_, FindSupports{device_ends.data(), count, batch_.n, parts(), sums.data(), ChebyshevPath::support_tail,
                                    supports.data()});
    plan_next_legs(crossings, to_host(supports, stream_));
  }
}

void ChebyshevStates::plan_next_legs(std::span<const Crossing> crossings, std::span<const index> supports) {
  std::vector<std::size_t> ending;
  for (std::size_t i = 0; i < crossings.size(); ++i)
    if (crossings[i].to_end()) ending.push_back(i);
  on_all_cores(ending.size(), shape_.threads, [&](std::size_t i) {
    const Crossing& crossing = crossings[ending[i]];
    System& system = systems_[static_cast<std::size_t>(crossing.system)];
    if (crossing.leg + 1 == system.path->legs().size()) {
      try {
        system.path->add_leg(supports[i]);
      } catch (const NumericalError&) {
        system.path = nullptr;
      }
    }
  });
}

}  // namespace qbatt::cuda
