#include "charge/charge.hpp"

#include <algorithm>
#include <limits>

#include "charge/ladder.hpp"
#include "charge/row.hpp"
#include "model/numerical_error.hpp"
#include "model/stop.hpp"

namespace qbatt {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

/// Some systems from their states to their rows.
class Script {
public:
  Script(std::span<const ChargeJob> jobs, const Request& request) : jobs_(jobs), request_(request) {}

  std::vector<bool> run(Solver solver, const MakeStates& make) {
    for (const ChargeJob& job : jobs_) {
      *job.row = begin_row(*job.system);
      job.row->solver = solver;
    }
    try {
      states_ = make();
      begin_rows();
      find_optima();
      fill_series();
      finish();
    } catch (const NumericalError&) {
      give_up();
    }
    std::vector<bool> refused;
    for (std::size_t j = 0; j < jobs_.size(); ++j) refused.push_back(is_refused(pair_defect(j), jobs_[j].row->error_bound));
    return refused;
  }

private:
  /// The sum of what its chains contribute to a system.
  template <class Share>
  static double sum(const ChainGroup& chains, const Share& share) {
    double total = 0.0;
    for (std::size_t i = 0; i < chains.weights.size(); ++i) total += chains.weights[i] * share(chains.first + i);
    return total;
  }

  [[nodiscard]] double error_bound(const ChargeJob& job, double t) const {
    return sum(
        job.chains, [&](std::size_t place) { return states_->error_bound(place, t); });
  }

  /// The bounds of a system at some times.
  void add_bounds(const ChainGroup& chains, std::span<const double> t, std::span<double> bounds) {
    const std::span<double> share = Slab::room(slab_.share, t.size());
    std::ranges::fill(bounds, 0.0);
    for (std::size_t i = 0; i < chains.weights.size(); ++i) {
      states_->error_bounds(chains.first + i, t, share);
      for (std::size_t k = 0; k < t.size(); ++k) bounds[k] += chains.weights[i] * share[k];
    }
  }

  [[nodiscard]] bool solved(const ChargeJob& job) const {
    bool all = true;
    for (std::size_t i = 0; i < job.chains.weights.size(); ++i) all = all && states_->solved(job.chains.first + i);
    return all;
  }

  [[nodiscard]] double pair_defect(std::size_t j) const {
    const ChargeJob& job = jobs_[j];
    return job.row->status == Status::failed
               ? nan
               : sum(job.chains, [&](std::size_t place) { return states_->pair_defect(place, reach_[j]); });
  }

  void begin_rows() {
    for (const ChargeJob& job : jobs_) {
      job.row->n_eig = 0;
      for (std::size_t i = 0; i < job.chains.weights.size(); ++i) job.row->n_eig += states_->pairs(job.chains.first + i);
      job.row->status = solved(job) ? Status::ok : Status::failed;
    }
    optimum_.resize(jobs_.size());
    reach_.assign(jobs_.size(), 0.0);
  }

  [[nodiscard]] bool wants_series() const { return request_.times && jobs_.front().series != nullptr; }

  void find_optima() {
    const bool in_row = request_.optimum != OptimumRule::none;
    const bool unit_needs_peak = wants_series() && request_.times->unit == TimeUnit::optimum;
    if (!in_row && !unit_needs_peak) return;
    const std::vector<Optimum> found =
        states_->optima(in_row ? request_.optimum : OptimumRule::first_peak, request_.window, in_row);
    for (std::size_t j = 0; j < jobs_.size(); ++j) {
      const ChargeJob& job = jobs_[j];
      optimum_[j] = found[job.chains.first];
      if (in_row) {
        reach_[j] = optimum_[j].reach;
        if (job.row->status != Status::failed) job.row->status = optimum_[j].window_end ? Status::window_end : Status::ok;
        report_optimum(*job.row, optimum_[j].t, optimum_[j].report);
      }
    }
  }

  void fill_series() {
    if (!wants_series()) return;
    const std::vector<double> given = grid_times(*request_.times);
    units_.reserve(jobs_.size());
    for (const ChargeJob& job : jobs_) {
      *job.series = begin_series(request_, job.system->dim());
      units_.emplace_back(*job.system);
    }
    const std::size_t width = std::min(states_->times_at_once(), given.size());
    for (std::size_t begin = 0; begin < given.size(); begin += width) {
      throw_if_stopped(request_);
      fill_slab(begin, std::span(given).subspan(begin, std::min(width, given.size() - begin)));
    }
  }

  /// The part of all series that begins with time number `begin`.
  void fill_slab(std::size_t begin, std::span<const double> given) {
    const std::size_t times = given.size();
    const std::span<double> t = Slab::room(slab_.t, jobs_.size() * times);
    const std::span<StateReport> reports = Slab::room(slab_.reports, t.size());
    const std::span<double> absolute = Slab::room(slab_.absolute, times);
    const std::span<double> bounds = Slab::room(slab_.bounds, times);
    std::vector<double*>& populations = slab_.populations;
    populations.clear();
    for (std::size_t j = 0; j < jobs_.size(); ++j) {
      const CentralSpin& system = *jobs_[j].system;
      rabi_times(system, *request_.times, given, optimum_[j].t, t.subspan(j * times, times));
      if (request_.populations)
        populations.push_back(jobs_[j].series->populations.data() + begin * static_cast<std::size_t>(system.dim()));
    }
    states_->evaluate({.t = t,
                       .times = times,
                       .detail = series_detail(request_),
                       .uniform = request_.times->list.empty(),
                       .reports = reports,
                       .populations = populations});
    for (std::size_t j = 0; j < jobs_.size(); ++j) {
      const std::span<const double> own_t = t.subspan(j * times, times);
      units_[j].times(*request_.times, given, own_t, absolute);
      add_bounds(jobs_[j].chains, own_t, bounds);
      put_samples(*jobs_[j].series, begin, units_[j], {absolute, reports.subspan(j * times, times), bounds});
      reach_[j] = std::max(reach_[j], own_t.back());
    }
  }

  void finish() {
    for (std::size_t j = 0; j < jobs_.size(); ++j) {
      Row& row = *jobs_[j].row;
      if (!solved(jobs_[j])) row.status = Status::failed;
      row.error_bound = error_bound(jobs_[j], reach_[j]);
      judge(row, request_);
      if (row.status == Status::failed) row.error_bound = nan;
    }
  }

  void give_up() {
    for (const ChargeJob& job : jobs_) {
      job.row->status = Status::failed;
      job.row->error_bound = nan;
      if (job.series != nullptr) *job.series = {};
    }
  }

  /// Storage that slabs of a series take turns with.
  struct Slab {
    std::vector<double> t;
    std::vector<StateReport> reports;
    std::vector<double*> populations;
    std::vector<double> absolute;
    std::vector<double> bounds;
    std::vector<double> share;  // of a chain in them

    template <class T>
    static std::span<T> room(std::vector<T>& storage, std::size_t size) {
      storage.resize(std::max(storage.size(), size));
      return std::span(storage).first(size);
    }
  };

  std::span<const ChargeJob> jobs_;
  const Request& request_;
  std::unique_ptr<States> states_;
  std::vector<Optimum> optimum_;      // of each job
  std::vector<AbsoluteUnits> units_;  // likewise, where there are series
  Slab slab_;
  std::vector<double> reach_;  // the longest time that the row says something of, units of 1/a_0
};

}  // namespace

std::vector<bool> charge(std::span<const ChargeJob> jobs, const Request& request, Solver solver, const MakeStates& make) {
  throw_if_stopped(request);
  return Script(jobs, request).run(solver, make);
}

}  // namespace qbatt
