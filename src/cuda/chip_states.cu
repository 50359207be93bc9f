#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <utility>

#include "cuda/chip_states.hpp"
#include "kernels/cuda/launch.hpp"
#include "kernels/cuda/transfers.hpp"

namespace qbatt::cuda {
namespace {

using kernels::Arena;
using kernels::Chain;
using kernels::KeptPairs;
using kernels::TeamPlan;
using kernels::TeamRow;

/// Item (chain).
struct PlanChains {
  const Chain* chains;
  TeamPlan* plans;

  template <class Team>
  QBATT_HD QBATT_INLINE void operator()(Team& team, const Arena& arena, index item) const {
    const TeamPlan plan = kernels::plan_chain(team, chains[item], arena);
    if (team.rank() == 0) plans[item] = plan;
  }
};

/// What solving and evaluating see of the chains.
struct ChipBatch {
  const Chain* chains;
  const TeamPlan* plans;
  TeamRow* rows;
  const index* members;     ///< those of the launch
  double* kept;             ///< null: pairs are not kept
  const index* first_kept;  ///< [chain]

  [[nodiscard]] QBATT_HD KeptPairs kept_of(index chain) const {
    return {kept + first_kept[chain], plans[chain].pairs(chains[chain])};
  }
};

/// Item (member).
struct SolveChains {
  ChipBatch batch;
  kernels::TeamTask task;
  StateReport* reports;  ///< [chain]

  template <class Team>
  QBATT_HD QBATT_INLINE void operator()(Team& team, const Arena& arena, index item) const {
    const index chain = batch.members[item];
    kernels::TeamSolver<Team> solver(team, batch.chains[chain], batch.plans[chain], arena);
    if (task.observed && team.rank() == 0) reports[chain] = StateReport{};
    team.barrier();
    KeptPairs kept{};
    if (batch.kept != nullptr) kept = batch.kept_of(chain);
    const TeamRow row = solver.solve(task, reports + chain, batch.kept != nullptr ? &kept : nullptr);
    if (team.rank() == 0) batch.rows[chain] = row;
  }
};

/// Item (member).
struct EvaluateChains {
  ChipBatch batch;
  const double* t;  ///< [chain][times]
  index times;
  Detail detail;
  StateReport* reports;  ///< [chain][times]
  double* populations;   ///< [chain][times][levels], or null
  index levels;

  template <class Team>
  QBATT_HD QBATT_INLINE void operator()(Team& team, const Arena& arena, index item) const {
    const index chain = batch.members[item];
    if (batch.rows[chain].held == 0) {
      forget(team, chain);
      return;
    }
    kernels::TeamSolver<Team> solver(team, batch.chains[chain], batch.plans[chain], arena);
    solver.evaluate(batch.rows[chain], batch.kept_of(chain), t + chain * times, times, detail, reports + chain * times,
                    populations == nullptr ? nullptr : populations + chain * times * levels, levels);
    if (populations != nullptr) fill_up(team, chain);
  }

private:
  /// The levels that only longer chains have.
  template <class Team>
  QBATT_HD void fill_up(Team& team, index chain) const {
    const index own = batch.chains[chain].dim;
    const index more = levels - own;
    kernels::share(team, times * more, [&](index i) { populations[(chain * times + i / more) * levels + own + i % more] = 0.0; });
  }

  /// Of a chain without pairs.
  template <class Team>
  QBATT_HD void forget(Team& team, index chain) const {
    kernels::share(team, times, [&](index time) { reports[chain * times + time] = StateReport{}; });
    if (populations == nullptr) return;
    kernels::share(team, times * levels, [&](index i) { populations[chain * times * levels + i] = static_cast<double>(NAN); });
  }
};

/// Smaller teams are lanes of a warp, larger ones blocks.
constexpr int most_lanes = 32;

/// Threads of a team that solves a chain: lanes for few levels, blocks by the pairs.
int team_threads(const Chain& chain, const TeamPlan& plan) {
  for (const int lanes : {8, 16, most_lanes})
    if (chain.levels <= lanes) return lanes;
  const index pairs = plan.pairs(chain);
  return pairs <= 48 ? 64 : (pairs <= 128 ? 128 : 256);
}

/// Of the shared memory of a multiprocessor, what a team gets that needs `bytes`: a part that several teams find room for, or all.
std::size_t near_bytes(std::size_t bytes, int threads) {
  const auto teams = static_cast<std::size_t>(threads <= most_lanes ? launch_threads / threads : 1);
  constexpr std::size_t line = 32;
  std::size_t room = 0;
  for (const std::size_t blocks : {16, 12, 8, 6, 4, 3, 2, 1}) {
    room = (shared_memory / blocks - 2048) / teams / line * line;
    if (bytes <= room) return room;
  }
  return room;
}

std::size_t plan_bytes() {
  constexpr index arrays = 4;
  return static_cast<std::size_t>(arrays * (kernels::TeamSemiclassics<LaneTeam>::most_samples + 4) * sizeof(double)) + 64;
}

}  // namespace

ChipStates::ChipStates(std::span<const LevelChain> chains, const Wanted& wanted, std::size_t memory, const Stream& stream)
    : stream_(stream),
      memory_(memory),
      on_device_(chains.size(), stream),
      device_plans_(chains.size(), stream),
      device_rows_(chains.size(), stream),
      device_reports_(chains.size(), stream) {
  std::ranges::transform(chains, std::back_inserter(chains_), chain_to_shoot_at);
  upload(on_device_.data(), std::span<const Chain>(chains_), stream);
  plan();
  group();
  solve(wanted, wanted.more_times);
}

void ChipStates::plan() {
  launch_teams_in_arenas<LaneTeam>(stream_, most_lanes, std::ssize(chains_), {plan_bytes(), plan_bytes() / 32 * 32, memory_},
                                   PlanChains{on_device_.data(), device_plans_.data()});
  plans_ = to_host(device_plans_, stream_);
}

void ChipStates::group() {
  std::map<std::pair<int, std::size_t>, Group> groups;
  index kept = 0;
  for (std::size_t i = 0; i < chains_.size(); ++i) {
    const int threads = team_threads(chains_[i], plans_[i]);
    const std::size_t bytes = kernels::TeamSolver<LaneTeam>::bytes(chains_[i], plans_[i]);
    const std::size_t near = near_bytes(bytes, threads);
    Group& group = groups.try_emplace({threads, near}, Group{threads, near, 0, {}}).first->second;
    group.bytes = std::max(group.bytes, bytes);
    group.members.push_back(static_cast<index>(i));
    first_kept_.push_back(kept);
    kept += KeptPairs::fields * plans_[i].pairs(chains_[i]);
  }
  first_kept_.push_back(kept);
  // The longest first, so that no team begins late with much to do.
  const auto work = [this](index i) {
    const auto at = static_cast<std::size_t>(i);
    return static_cast<double>(chains_[at].levels) * (plans_[at].between + 8.0);
  };
  for (auto& [key, group] : groups) {
    std::ranges::stable_sort(group.members, std::ranges::greater{}, work);
    groups_.push_back(std::move(group));
  }
  std::ranges::reverse(groups_);
}

/// make_stage(members) makes the stage of a group from its members in device memory.
template <class MakeStage>
void ChipStates::launch_groups(const MakeStage& make_stage, const std::vector<bool>* marked) const {
  for (const Group& group : groups_) {
    std::vector<index> wanted = group.members;
    if (marked != nullptr) std::erase_if(wanted, [&](index i) { return !(*marked)[static_cast<std::size_t>(i)]; });
    if (wanted.empty()) continue;
    const DeviceBuffer<index> members = to_device<index>(wanted, stream_);
    const auto stage = make_stage(members.data());
    const ArenaSize size{group.bytes, group.near_bytes, memory_};
    if (group.threads <= most_lanes)
      launch_teams_in_arenas<LaneTeam>(stream_, group.threads, std::ssize(wanted), size, stage);
    else
      launch_teams_in_arenas<BlockOfAnySize>(stream_, group.threads, std::ssize(wanted), size, stage);
  }
}

void ChipStates::solve(const Wanted& wanted, bool keep) {
  if (keep) {
    kept_ = std::make_unique<DeviceBuffer<double>>(static_cast<std::size_t>(first_kept_.back()), stream_);
    device_first_kept_ = std::make_unique<DeviceBuffer<index>>(first_kept_.size(), stream_);
    upload(device_first_kept_->data(), std::span<const index>(first_kept_), stream_);
  }
  launch_groups([&](const index* members) {
    return SolveChains{{on_device_.data(), device_plans_.data(), device_rows_.data(), members, keep ? kept_->data() : nullptr,
                        keep ? device_first_kept_->data() : nullptr},
                       {wanted.first_peak, wanted.peak_of, wanted.observed},
                       device_reports_.data()};
  });
  rows_ = to_host(device_rows_, stream_);
  if (wanted.observed) reports_ = to_host(device_reports_, stream_);
}

std::vector<double> ChipStates::first_peaks(kernels::PeakOf /*peak_of*/) {
  std::vector<double> peaks;
  std::ranges::transform(rows_, std::back_inserter(peaks), &TeamRow::peak);
  return peaks;
}

std::vector<Optimum> ChipStates::optima(OptimumRule rule, double window, bool observed) {
  if (rule == OptimumRule::global) return BatchStates::optima(rule, window, observed);
  std::vector<Optimum> found;
  for (std::size_t i = 0; i < rows_.size(); ++i) {
    found.push_back({.t = rows_[i].peak, .reach = rows_[i].peak});
    if (observed && std::isfinite(rows_[i].peak)) found.back().report = reports_[i];
  }
  return found;
}

void ChipStates::keep_pairs() {
  if (kept_ != nullptr) return;
  const std::vector<TeamRow> rows = rows_;  // their peaks are known
  solve({}, true);
  rows_ = rows;
}

std::vector<StateReport> ChipStates::reports_of(std::span<const index> members, std::span<const double> t, Detail detail) {
  const std::size_t times = t.size() / members.size();
  std::vector<bool> marked(chains_.size());
  std::vector<double> placed(chains_.size() * times);
  for (std::size_t m = 0; m < members.size(); ++m) {
    const auto place = static_cast<std::size_t>(members[m]);
    marked[place] = true;
    std::ranges::copy(t.subspan(m * times, times), placed.begin() + static_cast<std::ptrdiff_t>(place * times));
  }
  const DeviceBuffer<double> device_t = to_device<double>(placed, stream_);
  const DeviceBuffer<StateReport> reports(placed.size(), stream_);
  evaluate_chains({device_t.data(), static_cast<index>(times), reports.data()}, detail, &marked);
  std::vector<StateReport> chosen(t.size());
  for (std::size_t m = 0; m < members.size(); ++m)
    copy(chosen.data() + m * times, reports.data() + members[m] * static_cast<index>(times), times, stream_);
  stream_.synchronize();
  return chosen;
}

void ChipStates::evaluate_chains(const Places& places, Detail detail, const std::vector<bool>* marked) {
  keep_pairs();
  launch_groups(
      [&](const index* members) {
        return EvaluateChains{
            {on_device_.data(), device_plans_.data(), device_rows_.data(), members, kept_->data(), device_first_kept_->data()},
            places.t,
            places.times,
            detail,
            places.reports,
            places.populations,
            places.levels};
      },
      marked);
}

void ChipStates::evaluate_slab(std::span<const double> t, index times, Detail detail, bool populations, Staging& staging) {
  const auto samples = t.size();
  const index levels = std::ranges::max(chains_, {}, &Chain::dim).dim;
  const DeviceBuffer<double> device_t = to_device(t, stream_);
  const DeviceBuffer<StateReport> reports(samples, stream_);
  const DeviceBuffer<double> p(populations ? samples * static_cast<std::size_t>(levels) : 0, stream_);
  evaluate_chains({device_t.data(), times, reports.data(), populations ? p.data() : nullptr, levels}, detail);
  copy(at_least(staging.reports, samples), reports.data(), samples, stream_);
  if (populations) copy(at_least(staging.populations, p.size()), p.data(), p.size(), stream_);
  stream_.synchronize();
}

std::size_t ChipStates::bytes_a_chain(std::int64_t dim, bool series, bool populations) {
  const auto levels = static_cast<std::size_t>(dim);
  const std::size_t row = sizeof(Chain) + sizeof(TeamPlan) + sizeof(TeamRow) + sizeof(StateReport) + 2 * sizeof(index);
  const std::size_t pairs = (KeptPairs::fields * levels + 64) * sizeof(double);
  const auto times = static_cast<std::size_t>(series ? most_times : 1);
  const std::size_t slab = times * (sizeof(double) + sizeof(StateReport) + (populations || !series ? levels * sizeof(double) : 0));
  return row + pairs + slab;
}

}  // namespace qbatt::cuda
