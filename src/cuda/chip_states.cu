#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>
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
  double* kept;             ///< null: pairs are not kept
  const index* first_kept;  ///< [chain]

  [[nodiscard]] QBATT_HD KeptPairs kept_of(index chain) const {
    return {kept + first_kept[chain], plans[chain].pairs(chains[chain])};
  }
};

/// A chain that a launch is about, and where what is wanted of it is placed.
struct Member {
  index chain;
  index slot;
};

/// Item (member).
struct SolveChains {
  ChipBatch batch;
  const Member* members;
  kernels::TeamTask task;
  StateReport* reports;  ///< [chain]

  /// Bytes of an arena that a chain takes at most.
  static std::size_t bytes(const Chain& chain, const TeamPlan& plan) {
    Arena arena = Arena::measure();
    arena.take<TeamRow>(1);
    arena.take<StateReport>(1);
    return arena.taken() + kernels::TeamSolver<LaneTeam>::bytes(chain, plan);
  }

  template <class Team>
  QBATT_HD QBATT_INLINE void operator()(Team& team, const Arena& arena, index item) const {
    const index chain = members[item].chain;
    Arena rest = arena;
    auto* const row = rest.take<TeamRow>(1);
    auto* const report = rest.take<StateReport>(1);
    kernels::alone(team, [&] { *report = StateReport{}; });
    kernels::TeamSolver<Team> solver(team, batch.chains[chain], batch.plans[chain], rest);
    KeptPairs kept{};
    if (batch.kept != nullptr) kept = batch.kept_of(chain);
    const TeamRow own = solver.solve(task, report, batch.kept != nullptr ? &kept : nullptr);
    kernels::alone(team, [&] { *row = own; });
    kernels::copy_by_team(team, batch.rows + chain, row);
    if (task.observed) kernels::copy_by_team(team, reports + chain, report);
  }
};

/// Item (member).
struct EvaluateChains {
  ChipBatch batch;
  const Member* members;
  const double* t;  ///< [slot][times]
  index times;
  Detail detail;
  StateReport* reports;         ///< [slot][times]
  kernels::LevelOutput levels;  ///< [slot][times][level]

  template <class Team>
  QBATT_HD QBATT_INLINE void operator()(Team& team, const Arena& arena, index item) const {
    const Member& member = members[item];
    const index chain = member.chain;
    kernels::LevelOutput own = levels;
    own.first = levels.at(member.slot * times, 0);
    StateReport* const own_reports = reports + member.slot * times;
    if (batch.rows[chain].held == 0) {
      forget(team, own_reports, own);
      return;
    }
    kernels::TeamSolver<Team> solver(team, batch.chains[chain], batch.plans[chain], arena);
    solver.evaluate(batch.rows[chain], batch.kept_of(chain), t + member.slot * times, static_cast<int>(times), detail, own_reports,
                    own);
    fill_up(team, own, batch.chains[chain].dim);
  }

private:
  /// The levels that only longer chains have.
  template <class Team>
  QBATT_HD void fill_up(Team& team, const kernels::LevelOutput& own, index dim) const {
    const index more = (own.levels - dim) * numbers_of(own.values);
    kernels::share(team, times * more, [&](index i) { own.at(i / more, dim)[i % more] = 0.0; });
  }

  /// Of a chain without pairs.
  template <class Team>
  QBATT_HD void forget(Team& team, StateReport* own_reports, const kernels::LevelOutput& own) const {
    kernels::share(
        team, times, [&](index time) { own_reports[time] = StateReport{}; });
    kernels::share(team, times * own.levels * numbers_of(own.values), [&](index i) { own.first[i] = static_cast<double>(NAN); });
  }
};

std::vector<index> numbers_to(std::size_t count) {
  std::vector<index> numbers(count);
  std::iota(numbers.begin(), numbers.end(), index{0});
  return numbers;
}

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
    const std::size_t bytes = SolveChains::bytes(chains_[i], plans_[i]);
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

/// make_stage(members) makes the stage of a group from those of the chains that it holds, in device memory. A chain may be there
/// several times.
template <class MakeStage>
void ChipStates::launch_groups(std::span<const index> chains, const MakeStage& make_stage) const {
  std::vector<Member> by_chain;
  for (const index chain : chains) by_chain.push_back({chain, std::ssize(by_chain)});
  std::ranges::stable_sort(by_chain, {}, &Member::chain);
  for (const Group& group : groups_) {
    std::vector<Member> wanted;
    for (const index chain : group.members)
      std::ranges::copy(std::ranges::equal_range(by_chain, chain, {}, &Member::chain), std::back_inserter(wanted));
    if (wanted.empty()) continue;
    const DeviceBuffer<Member> members = to_device<Member>(wanted, stream_);
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
  launch_groups(numbers_to(chains_.size()), [&](const Member* members) {
    return SolveChains{{on_device_.data(), device_plans_.data(), device_rows_.data(), keep ? kept_->data() : nullptr,
                        keep ? device_first_kept_->data() : nullptr},
                       members,
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
  const DeviceBuffer<double> device_t = to_device(t, stream_);
  const DeviceBuffer<StateReport> reports(t.size(), stream_);
  evaluate_chains(members, device_t.data(), std::ssize(t) / std::ssize(members), detail, reports.data(), {});
  return to_host(reports, stream_);
}

void ChipStates::evaluate_chains(std::span<const index> chains, const double* t, index times, Detail detail, StateReport* reports,
                                 const kernels::LevelOutput& levels) {
  keep_pairs();
  launch_groups(chains, [&](const Member* members) {
    return EvaluateChains{{on_device_.data(), device_plans_.data(), device_rows_.data(), kept_->data(), device_first_kept_->data()},
                          members,
                          t,
                          times,
                          detail,
                          reports,
                          levels};
  });
}

void ChipStates::evaluate_slab(const Slab& slab, Staging& staging) {
  const std::size_t samples = slab.t.size();
  const index most = std::ranges::max(chains_, {}, &Chain::dim).dim;
  const DeviceBuffer<double> t = to_device(slab.t, stream_);
  const DeviceBuffer<StateReport> reports(samples, stream_);
  const DeviceBuffer<double> levels(samples * static_cast<std::size_t>(most * numbers_of(slab.levels)), stream_);
  evaluate_chains(slab.members, t.data(), slab.times(), slab.detail, reports.data(), {slab.levels, levels.data(), most});
  copy(at_least(staging.reports, samples), reports.data(), samples, stream_);
  if (slab.levels != LevelValues::none) copy(at_least(staging.levels, levels.size()), levels.data(), levels.size(), stream_);
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
