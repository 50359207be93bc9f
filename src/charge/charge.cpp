#include "charge/charge.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <utility>

#include "charge/little_charge.hpp"
#include "charge/row.hpp"
#include "charge/second_look.hpp"
#include "model/numerical_error.hpp"
#include "model/stop.hpp"

namespace qbatt {
namespace {

template <class T>
std::span<T> room(std::vector<T>& storage, std::size_t size) {
  if (storage.size() < size) storage.resize(size);
  return std::span(storage).first(size);
}

/// What a thread needs for the part of one series after the other.
struct Sheet {
  std::vector<double> absolute;
  std::vector<double> bounds;
  std::vector<std::pair<std::size_t, LittleCharge>> early;  // numbers of early times, and what is better known of them
  std::vector<std::size_t> lost;                            // places of times whose state is not known
};

/// Some systems from their states to their rows.
class Script {
public:
  Script(std::span<const ChargeJob> jobs, const Request& request, const ForEachJob& for_each)
      : jobs_(jobs), request_(request), for_each_(for_each), look_(levels_of(jobs)) {}

  std::vector<Verdict> run(Solver solver, const MakeStates& make) {
    for (const ChargeJob& job : jobs_) {
      *job.row = begin_row(*job.system, job.shape);
      job.row->solver = solver;
    }
    try {
      states_ = make();
      begin_rows();
      find_optima();
      fill_series();
      finish();
    } catch (const NumericalError& error) {
      give_up(error.failure());
    }
    std::vector<Verdict> verdicts;
    verdicts.reserve(jobs_.size());
    for (std::size_t j = 0; j < jobs_.size(); ++j) {
      const Row& row = *jobs_[j].row;
      // What exceeds the range of a double does so whoever computes it.
      const double reach = reach_.empty() ? 0.0 : reach_[j];
      const bool refused = row.failure != Failure::overflow && (row.status == Status::failed || states_->refused(j, reach));
      verdicts.push_back({refused, reach});
    }
    return verdicts;
  }

private:
  /// step(j) for every job; none touches what belongs to another.
  template <class Step>
  void each_job(const Step& step) const {
    if (for_each_) return for_each_(jobs_.size(), step);
    for (std::size_t j = 0; j < jobs_.size(); ++j) step(j);
  }

  void begin_rows() {
    for (std::size_t j = 0; j < jobs_.size(); ++j) {
      jobs_[j].row->n_eig = states_->pairs(j);
      jobs_[j].row->status = Status::ok;
      if (!states_->solved(j)) fail(*jobs_[j].row, Failure::range);
    }
    reach_.assign(jobs_.size(), 0.0);
  }

  [[nodiscard]] bool wants_series() const { return request_.times && jobs_.front().series != nullptr; }

  void find_optima() {
    const bool in_row = request_.optimum != OptimumRule::none;
    const bool unit_needs_peak = wants_series() && request_.times->unit == TimeUnit::optimum;
    if (!in_row && !unit_needs_peak) return;
    optimum_ = states_->optima(in_row ? request_.optimum : OptimumRule::first_peak, request_.window, in_row);
    if (!in_row) return;
    each_job([&](std::size_t j) {
      const ChargeJob& job = jobs_[j];
      reach_[j] = optimum_[j].reach;
      if (job.row->status == Status::failed) return;
      if (std::isnan(optimum_[j].t)) return fail(*job.row, optimum_[j].failure);
      job.row->status = optimum_[j].window_end ? Status::window_end : Status::ok;
      report_optimum(*job.row, job.shape, optimum_[j], superposed());
    });
    correct_optima();
  }

  /// Where little is stored at the optimum.
  void correct_optima() {
    for (std::size_t j = 0; j < jobs_.size(); ++j)
      if (jobs_[j].row->status != Status::failed && is_little_charge(optimum_[j].report.sums)) look_.want(j, 0, optimum_[j].t);
    look_.run(*states_, request_, [&](std::size_t j, std::size_t /*time*/, const LittleCharge& little) {
      correct_optimum(*jobs_[j].row, little, superposed());
    });
  }

  [[nodiscard]] bool superposed() const { return states_->superposed(); }

  [[nodiscard]] static std::vector<std::size_t> levels_of(std::span<const ChargeJob> jobs) {
    std::vector<std::size_t> levels;
    levels.reserve(jobs.size());
    for (const ChargeJob& job : jobs) levels.push_back(static_cast<std::size_t>(job.shape.dim));
    return levels;
  }

  void fill_series() {
    if (!wants_series()) return;
    const std::vector<double> given = grid_times(*request_.times);
    units_.reserve(jobs_.size());
    early_.resize(jobs_.size());
    lost_.assign(jobs_.size(), Failure::none);
    has_coherences_ = superposed() && coherences_matter(request_);
    each_job([&](std::size_t j) { *jobs_[j].series = begin_series(request_, jobs_[j].shape.dim); });
    for (const ChargeJob& job : jobs_) units_.emplace_back(*job.system, job.shape);
    const std::size_t width = std::min(states_->times_at_once(), given.size());
    slab_ = &slab_for(jobs_.size() * width);
    for (std::size_t begin = 0; begin < given.size(); begin += width) {
      throw_if_stopped(request_);
      fill_slab(begin, std::span(given).subspan(begin, std::min(width, given.size() - begin)));
    }
  }

  /// The part of all series that begins with time number `begin`.
  void fill_slab(std::size_t begin, std::span<const double> given) {
    const std::size_t times = given.size();
    const std::span<double> t = room(slab_->t, jobs_.size() * times);
    const std::span<StateReport> reports = room(slab_->reports, t.size());
    std::vector<double*>& populations = slab_->populations;
    populations.resize(request_.populations ? jobs_.size() : 0);
    const std::span<Coherence> coherences = room(slab_->coherences, has_coherences_ ? t.size() : 0);
    each_job([&](std::size_t j) {
      const SystemShape& shape = jobs_[j].shape;
      const double peak = optimum_.empty() ? std::numeric_limits<double>::quiet_NaN() : optimum_[j].t;
      rabi_times(shape, *request_.times, given, peak, t.subspan(j * times, times));
      if (request_.populations) populations[j] = jobs_[j].series->populations.data() + begin * static_cast<std::size_t>(shape.dim);
    });
    states_->evaluate({.t = t,
                       .times = times,
                       .detail = series_detail(request_),
                       .uniform = request_.times->list.empty(),
                       .reports = reports,
                       .populations = populations,
                       .coherences = coherences});
    each_job([&](std::size_t j) {
      thread_local Sheet sheet;
      const std::span<const double> own_t = t.subspan(j * times, times);
      units_[j].times(*request_.times, given, own_t, room(sheet.absolute, times));
      states_->error_bounds(j, own_t, room(sheet.bounds, times));
      put_slab(j, begin, own_t, reports.subspan(j * times, times), sheet);
      reach_[j] = std::max(reach_[j], own_t.back());
    });
    look_.run(*states_, request_, [&](std::size_t j, std::size_t time, const LittleCharge& little) {
      correct_sample(*jobs_[j].series, time, little, jobs_[j].system->omega_b, superposed());
    });
  }

  /// The part of one series, from times in units of 1/a_0 and in absolute units, reports and bounds: what is known of its states,
  /// and nothing of the others. Those in which little may be stored are left to a second look.
  void put_slab(std::size_t j, std::size_t begin, std::span<const double> t, std::span<StateReport> reports, Sheet& sheet) {
    Series& series = *jobs_[j].series;
    const std::span<const double> bounds = std::span(sheet.bounds).first(t.size());
    const std::size_t start = first_later(t);
    const bool ordinary = are_ordinary(t.subspan(start), bounds.subspan(start), reports.subspan(start));
    sheet.early.clear();
    sheet.lost.clear();
    for (std::size_t i = 0; i < (ordinary ? start : t.size()); ++i) {
      const bool has_time = std::isfinite(t[i]) && std::isfinite(bounds[i]);
      if (has_time && t[i] == 0.0)
        put_start(j, begin + i, reports[i]);
      else if (has_time && t[i] <= EarlyStates::latest && early(j).hold(t[i]))
        sheet.early.emplace_back(begin + i, put_early(j, t[i], begin + i, reports[i]));
      else if (!has_time || !has_state(reports[i]))
        sheet.lost.push_back(i);
      else if (wants_correction_ && is_little_charge(reports[i].sums))
        look_.want(j, begin + i, t[i]);
    }
    ReportedStates states{std::span(sheet.absolute).first(t.size()), reports};
    if (has_coherences_) states.coherences = std::span(slab_->coherences).subspan(j * t.size(), t.size());
    put_samples(series, begin, units_[j], states, bounds);
    for (const auto& [time, little] : sheet.early) correct_sample(series, time, little, jobs_[j].system->omega_b, superposed());
    for (const std::size_t i : sheet.lost) {
      lose(series, begin + i);
      lost_[j] = std::isnan(t[i]) ? Failure::peak : Failure::bound;
    }
  }

  /// The number of the first time, of ascending ones, that is known and cannot be early.
  [[nodiscard]] static std::size_t first_later(std::span<const double> t) {
    std::size_t first = 0;
    while (first < t.size() && !(t[first] > EarlyStates::latest)) ++first;
    return first;
  }

  /// Made when the first time comes that may be early, as in most series none but 0 is.
  [[nodiscard]] const EarlyStates& early(std::size_t j) {
    if (!early_[j]) early_[j].emplace(jobs_[j].chains, jobs_[j].shape.rabi);
    return *early_[j];
  }

  /// Whether all of the states at ascending times that are not early are known and not little charged. Nearly always they are, and
  /// asking takes no branch a state.
  [[nodiscard]] static bool are_ordinary(std::span<const double> t, std::span<const double> bounds,
                                         std::span<const StateReport> reports) {
    constexpr double largest = std::numeric_limits<double>::max();
    const auto is_known = [](double x) { return x <= largest; };
    // A norm is a sum of squares, so that one which is no positive number has no such level.
    const auto is_charged = [](const StateReport& report) {
      const double level = report.sums.mean * report.sums.norm;
      return (level >= least_charge) & (level <= largest);
    };
    if (t.empty()) return true;
    const auto known = static_cast<std::size_t>(std::ranges::count_if(bounds, is_known));
    const auto charged = static_cast<std::size_t>(std::ranges::count_if(reports, is_charged));
    return is_known(t.back()) && known == t.size() && charged == t.size();
  }

  /// The state of a job at t = 0.
  void put_start(std::size_t j, std::size_t time, StateReport& report) {
    report = start_report(jobs_[j].shape);
    if (request_.populations) {
      const auto levels = static_cast<std::size_t>(jobs_[j].shape.dim);
      const auto row = std::span(jobs_[j].series->populations).subspan(time * levels, levels);
      std::ranges::fill(row, 0.0);
      row.front() = 1.0;
    }
  }

  /// The state of a job at an early time in the place of the solver's: its report, and its populations where they are wanted.
  LittleCharge put_early(std::size_t j, double t, std::size_t time, StateReport& report) {
    const EarlyStates::State state = early(j).at(t);
    const auto known = std::span(state.populations).first(early(j).levels());
    put_early_sums(report, state.report);
    if (request_.populations) {
      const auto levels = static_cast<std::size_t>(jobs_[j].shape.dim);
      const auto row = std::span(jobs_[j].series->populations).subspan(time * levels, levels);
      std::ranges::fill(row, 0.0);
      std::ranges::copy(known, row.begin());
    }
    return LittleCharge::of(known);
  }

  /// Those of a superposition that are of its populations; the others are of its eigenvalues.
  void put_early_sums(StateReport& report, const StateReport& early) const {
    const kernels::StateSums of_spectrum = report.sums;
    const double passive_level = report.passive_level;
    report = early;
    if (!superposed()) return;
    kernels::put_information(report.sums, of_spectrum);
    report.passive_level = passive_level;
  }

  void finish() {
    each_job([&](std::size_t j) {
      Row& row = *jobs_[j].row;
      const bool lost = !states_->solved(j);
      if (lost) fail(row, Failure::range);
      if (row.status != Status::failed) row.error_bound = states_->error_bound(j, reach_[j]);
      judge(row, jobs_[j].shape, request_);
      if (!wants_series()) return;
      for (std::size_t i = 0; lost && i < jobs_[j].series->t.size(); ++i) lose(*jobs_[j].series, i);
      if (lost_[j] != Failure::none) fail(row, lost_[j]);
      if (lose_overflow(*jobs_[j].series, jobs_[j].shape)) fail(row, Failure::overflow);
    });
  }

  /// No state was computed.
  void give_up(Failure why) {
    for (const ChargeJob& job : jobs_) {
      fail(*job.row, why);
      if (job.series == nullptr || !request_.times) continue;
      const std::vector<double> given = grid_times(*request_.times);
      std::vector<double> own_t(given.size());
      *job.series = begin_series(request_, job.shape.dim);
      rabi_times(job.shape, *request_.times, given, std::numeric_limits<double>::quiet_NaN(), own_t);
      AbsoluteUnits(*job.system, job.shape).times(*request_.times, given, own_t, job.series->t);
      for (std::size_t i = 0; i < given.size(); ++i) lose(*job.series, i);
    }
  }

  /// Storage that slabs of a series take turns with.
  struct Slab {
    std::vector<double> t;
    std::vector<StateReport> reports;
    std::vector<Coherence> coherences;  // of superpositions
    std::vector<double*> populations;
  };

  /// Of few states that of the thread, as making one takes longer than filling it with a few small systems.
  Slab& slab_for(std::size_t states) {
    constexpr std::size_t few = 4096;
    thread_local Slab kept;
    return states <= few ? kept : own_slab_;
  }

  std::span<const ChargeJob> jobs_;
  const Request& request_;
  const ForEachJob& for_each_;
  std::shared_ptr<States> states_;
  std::vector<Optimum> optimum_;                   // of each job, where they are looked for
  std::vector<AbsoluteUnits> units_;               // likewise, where there are series
  std::vector<std::optional<EarlyStates>> early_;  // likewise, see early()
  std::vector<Failure> lost_;                      // likewise, why some of their states are lost
  const bool wants_correction_ = little_charge_matters(request_);
  bool has_coherences_ = false;  ///< the series
  SecondLook look_;
  Slab own_slab_;
  Slab* slab_ = &own_slab_;
  std::vector<double> reach_;  // the longest time that the row says something of, units of 1/a_0
};

}  // namespace

std::vector<Verdict> charge(std::span<const ChargeJob> jobs, const Request& request, Solver solver, const MakeStates& make,
                            const ForEachJob& for_each) {
  throw_if_stopped(request);
  return Script(jobs, request, for_each).run(solver, make);
}

}  // namespace qbatt
