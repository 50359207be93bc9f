#include "cuda/rows.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>
#include <memory>

#include "charge/row.hpp"
#include "cost/plan.hpp"
#include "cuda/chebyshev_chunk.hpp"
#include "cuda/long_chain.hpp"
#include "cuda/pair_chunk.hpp"

namespace qbatt::cuda {
namespace {

std::vector<SystemDescriptor> describe_systems(std::span<const CentralSpin> systems, const Chunk& chunk) {
  std::vector<SystemDescriptor> result;
  result.reserve(chunk.systems.size());
  for (const std::size_t i : chunk.systems) {
    result.push_back(descriptor_of(chain_of(systems[i])));
  }
  return result;
}

/// The rows of one chunk, in the order of the chunk, while they are filled.
class ChunkRows {
public:
  ChunkRows(std::span<const CentralSpin> systems, const Chunk& chunk, const Request& request, ChunkStates& states,
            ChunkStates::Staging& staging, Table& table)
      : systems_(systems), chunk_(chunk), request_(request), states_(states), staging_(staging), table_(table) {}

  /// From states to rows; see solve_chunk() for what it returns.
  std::vector<std::size_t> fill() {
    peaks_.assign(count(), std::numeric_limits<double>::quiet_NaN());
    longest_.assign(count(), 0.0);
    for (std::size_t c = 0; c < count(); ++c) {
      begin(c);
    }
    const bool unit_needs_peak = request_.times && request_.times->unit == TimeUnit::optimum;
    if (request_.optimum == OptimumRule::first_peak || unit_needs_peak) {
      peaks_ = states_.first_peaks();
    }
    if (request_.optimum == OptimumRule::first_peak) {
      fill_optima();
    }
    if (request_.times) {
      fill_series();
    }
    std::vector<std::size_t> refused;
    for (std::size_t c = 0; c < count(); ++c) {
      finish(c);
      if (should_fall_back(pair_defect(c), row(c).error_bound)) {
        refused.push_back(chunk_.systems[c]);
      }
    }
    return refused;
  }

private:
  [[nodiscard]] std::size_t count() const { return chunk_.systems.size(); }
  [[nodiscard]] const CentralSpin& system(std::size_t c) const { return systems_[chunk_.systems[c]]; }
  [[nodiscard]] Row& row(std::size_t c) const { return table_.rows[chunk_.systems[c]]; }
  [[nodiscard]] Series& series(std::size_t c) const { return table_.series[chunk_.systems[c]]; }

  void begin(std::size_t c) {
    row(c) = begin_row(system(c));
    row(c).solver = chunk_.solver;
    row(c).n_eig = states_.pairs(c);
    row(c).status = states_.solved(c) ? Status::ok : Status::failed;
  }

  void fill_optima() {
    std::vector<double> t(count());
    std::ranges::transform(peaks_, t.begin(), [](double peak) { return std::isfinite(peak) ? peak : 0.0; });
    states_.evaluate(t, 1, Detail::observables, false, staging_);
    for (std::size_t c = 0; c < count(); ++c) {
      longest_[c] = peaks_[c];
      report_optimum(row(c), peaks_[c], staging_.reports[c]);
    }
  }

  void fill_series() {
    const TimeGrid& grid = *request_.times;
    const std::vector<double> given = grid_times(grid);
    for (std::size_t c = 0; c < count(); ++c) {
      series(c) = begin_series(request_, system(c).dim());
      double last = 0.0;
      rabi_times(system(c), grid, {&given.back(), 1}, peaks_[c], {&last, 1});
      longest_[c] = std::fmax(longest_[c], last);
    }
    constexpr auto width = static_cast<std::size_t>(ChunkStates::times_at_once);
    for (std::size_t begin = 0; begin < given.size(); begin += width) {
      fill_slab(given, begin, std::min(width, given.size() - begin));
    }
  }

  /// A slab always holds times_at_once times; where fewer are left, the last is repeated.
  void fill_slab(const std::vector<double>& given, std::size_t begin, std::size_t wanted) {
    constexpr auto width = static_cast<std::size_t>(ChunkStates::times_at_once);
    std::vector<double> t(count() * width);
    for (std::size_t c = 0; c < count(); ++c) {
      const std::span<double> own_t = std::span(t).subspan(c * width, width);
      rabi_times(system(c), *request_.times, std::span(given).subspan(begin, wanted), peaks_[c], own_t.first(wanted));
      std::ranges::fill(own_t.subspan(wanted), own_t[wanted - 1]);
    }
    states_.evaluate(t, ChunkStates::times_at_once, series_detail(request_), request_.populations, staging_);
    std::vector<double> absolute(wanted);
    std::vector<double> bounds(wanted);
    for (std::size_t c = 0; c < count(); ++c) {
      const AbsoluteUnits units(system(c));
      const std::span<const double> own_t = std::span(t).subspan(c * width, wanted);
      units.times(*request_.times, std::span(given).subspan(begin, wanted), own_t, absolute);
      std::ranges::transform(own_t, bounds.begin(), [&](double time) { return states_.error_bound(c, time); });
      put_samples(series(c), begin, units, {absolute, {staging_.reports.data() + c * width, wanted}, bounds});
      if (request_.populations) {
        copy_populations(c, begin, wanted);
      }
    }
  }

  /// From the padded vectors of the slab that begins at time number `begin`.
  void copy_populations(std::size_t c, std::size_t begin, std::size_t wanted) {
    constexpr auto width = static_cast<std::size_t>(ChunkStates::times_at_once);
    const auto dim = static_cast<std::size_t>(system(c).dim());
    for (std::size_t i = 0; i < wanted; ++i) {
      std::copy_n(staging_.populations.data() + (c * width + i) * static_cast<std::size_t>(chunk_.n), dim,
                  series(c).populations.data() + (begin + i) * dim);
    }
  }

  [[nodiscard]] double pair_defect(std::size_t c) const {
    const bool failed = row(c).status == Status::failed;
    return failed ? std::numeric_limits<double>::quiet_NaN() : states_.pair_defect(c, longest_[c]);
  }

  void finish(std::size_t c) {
    if (!states_.solved(c)) {  // it may turn out on the way
      row(c).status = Status::failed;
    }
    row(c).error_bound = states_.error_bound(c, longest_[c]);
    judge(row(c), request_);
    if (row(c).status == Status::failed) {
      row(c).error_bound = std::numeric_limits<double>::quiet_NaN();
    }
  }

  std::span<const CentralSpin> systems_;
  const Chunk& chunk_;
  const Request& request_;
  ChunkStates& states_;
  ChunkStates::Staging& staging_;
  Table& table_;
  std::vector<double> peaks_;    ///< units of 1/a_0
  std::vector<double> longest_;  ///< longest time reported, units of 1/a_0
};

}  // namespace

namespace {

std::unique_ptr<ChunkStates> expansions(std::span<const CentralSpin> systems, const Chunk& chunk, const Request& request,
                                        const Stream& stream) {
  std::vector<LevelChain> members;
  std::ranges::transform(chunk.systems, std::back_inserter(members), [&](std::size_t i) { return chain_of(systems[i]); });
  const double limit = request.solver == Solver::chebyshev ? std::numeric_limits<double>::infinity() : chebyshev_work_limit;
  return std::make_unique<ChebyshevChunk>(members, ChebyshevShape{chunk.n, chunk.constant_diagonal, request.threads, limit},
                                          stream);
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

}  // namespace

std::vector<std::size_t> solve_chunk(std::span<const CentralSpin> systems, std::span<const ShootingPlan> plans, const Chunk& chunk,
                                     const Request& request, const LinearAlgebra& linear_algebra, const Stream& stream,
                                     ChunkStates::Staging& staging, Table& table) {
  const auto states_of = [&]() -> std::unique_ptr<ChunkStates> {
    if (chunk.solver == Solver::chebyshev) {
      return expansions(systems, chunk, request, stream);
    }
    return chunk.segment > 0 ? long_chain(systems, plans, chunk, linear_algebra, stream)
                             : eigenpairs(systems, plans, chunk, linear_algebra, stream);
  };
  const std::unique_ptr<ChunkStates> states = states_of();
  return ChunkRows(systems, chunk, request, *states, staging, table).fill();
}

}  // namespace qbatt::cuda
