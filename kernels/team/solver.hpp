#pragma once

#include "kernels/team/energy.hpp"
#include "kernels/team/states.hpp"

// One chain from its numbers to its row, by a team: eigenpairs, certificate, first peak, the state there; and states at given times
// from eigenpairs that were kept. On the CPU this is SpectralStates.
namespace qbatt::kernels::inline QBATT_TARGET {

/// What is wanted of a chain.
struct TeamTask {
  bool first_peak;
  PeakOf peak_of;
  bool observed;  ///< the state there, at Detail::observables
};

/// What a chain comes to.
struct TeamRow {
  Certificate certificate;
  double bandwidth = 0;
  int pairs = 0;    ///< that the state consists of, mirror images included
  int held = 0;     ///< in memory
  int even = 0;     ///< of them, see TeamPairs
  int info = 1;     ///< 0: there is a state, which the certificate judges
  double peak = 0;  ///< in units of 1/a_0, NaN where there is none
};

/// Pairs in memory that outlives the team: [field][capacity].
struct KeptPairs {
  double* values;
  int capacity;

  static constexpr int fields = 5;
  [[nodiscard]] QBATT_HD double& at(int field, int j) const { return values[field * capacity + j]; }
};

/// How the levels of a chain are cut into tiles: one where they are few, whose vectors are then kept.
QBATT_HD inline Tiling team_tiling(const Chain& chain) {
  constexpr int length = 32;
  return {levels_of(chain), levels_of(chain) <= all_pairs_levels ? levels_of(chain) : length};
}

/// Where a slope falls through zero, from samples at three times that lie close together, around a guess: of the Taylor series in
/// the middle the third and fourth terms are differences of the curvatures.
struct RootBetween {
  double root;
  bool near;  ///< to the samples: what comes of farther away is not to be trusted

  static constexpr int samples = 3;
  static constexpr double apart = 1e-5;  ///< of the guess

  QBATT_HD static double time(double guess, int i) { return guess + (i - 1) * apart * guess; }

  QBATT_HD static RootBetween of(const SlopeSample (&s)[samples]) {
    constexpr double reach = 8.0;  // of their distance
    constexpr int steps = 4;       // Newton's, each of which doubles the digits
    const double h = 0.5 * (s[2].t - s[0].t);
    const double third = (s[2].curvature - s[0].curvature) / (2.0 * h);
    const double fourth = (s[2].curvature - 2.0 * s[1].curvature + s[0].curvature) / (h * h);
    double x = 0.0;
    for (int i = 0; i < steps; ++i) {
      const double slope = s[1].slope + x * (s[1].curvature + x * (third / 2.0 + x * fourth / 6.0));
      x -= slope / (s[1].curvature + x * (third + x * fourth / 2.0));
    }
    return {s[1].t + x, s[1].curvature < 0.0 && fabs(x) <= reach * h};
  }
};

template <class Team>
class TeamSolver {
public:
  /// Times that evaluate() takes.
  static constexpr int most_times = PeakSearch::most_samples;

  QBATT_HD TeamSolver(Team& team, const Chain& chain, const TeamPlan& plan, Arena arena)
      : team_(team),
        arena_(arena),
        chain_(copy_of(team, chain, arena_)),
        plan_(copy_of(team, plan, arena_)),
        tiling_(team_tiling(chain_)),
        pairs_(arena_, plan_.pairs(chain_)) {}

  /// Bytes that solve() and evaluate() take at most.
  QBATT_HD static std::size_t bytes(const Chain& chain, const TeamPlan& plan) {
    const Tiling tiling = team_tiling(chain);
    const int room = plan.pairs(chain);
    Arena arena = Arena::measure();
    arena.take<Chain>(1);
    arena.take<TeamPlan>(1);
    const TeamPairs pairs(arena, room);
    Arena search = arena;
    search.take<int>(1);
    for (int array = 0; array < 4; ++array) search.take<double>(plan.samples);
    const PairSearchMemory memory(search, plan, chain);
    for (int levels = 0; levels < 2; ++levels) TileLevels(search, tiling);
    const std::size_t vectors = TeamVectors<Team>::bytes(tiling, room);
    Arena shots = arena;
    for (int levels = 0; levels < 2; ++levels) TileLevels(shots, tiling);
    shots.take<Shot<double>>(room);
    const std::size_t energy = TeamEnergy<Team>::bytes(chain, tiling, room) + peak_memory();
    const std::size_t states = TeamStates<Team>::bytes(chain, tiling, room, most_times, true) + small_memory();
    const std::size_t later = arena.taken() + vectors + (energy > states ? energy : states);
    const std::size_t prepared = shots.taken() + vectors;
    const std::size_t most = later > prepared ? later : prepared;
    return search.taken() > most ? search.taken() : most;
  }

  /// From the chain to its row; `report`: of the state at the peak, if it is wanted. `kept`: where the pairs are to be left, or
  /// null.
  QBATT_HD QBATT_INLINE TeamRow solve(const TeamTask& task, StateReport* report, const KeptPairs* kept) {
    TeamRow row;
    row.peak = static_cast<double>(NAN);
    const PairsFound found = search();
    if (!found.all) return row;
    row.certificate = found.certificate;
    row.bandwidth = found.bandwidth;
    row.pairs = static_cast<int>(found.represented);
    row.held = pairs_.count;
    row.even = pairs_.even;
    if (kept != nullptr) keep(*kept);
    Arena arena = arena_;
    TeamVectors<Team> vectors(team_, chain_, tiling_, pairs_, arena);
    prepare(vectors, arena);
    double guess = static_cast<double>(NAN);
    if (task.first_peak && tiling_.count() > 1) guess = guess_peak(task.peak_of, vectors, row.bandwidth, arena);
    finish(task, guess, vectors, arena, row, report);
    return row;
  }

  /// Reports of the states at `count` times, and what is wanted of their levels, from pairs that were kept with the row. All in
  /// memory that the whole team sees.
  QBATT_HD QBATT_INLINE void evaluate(const TeamRow& row, const KeptPairs& kept, const double* t, int count, Detail detail,
                                      StateReport* reports, const LevelOutput& levels) {
    pairs_.count = row.held;
    pairs_.even = row.even;
    fetch(kept);
    Arena arena = arena_;
    TeamVectors<Team> vectors(team_, chain_, tiling_, pairs_, arena);
    prepare(vectors, arena);
    const int width = count < most_times ? count : most_times;
    TeamStates<Team> states(team_, chain_, tiling_, pairs_, vectors, width, detail == Detail::observables, arena);
    for (int begin = 0; begin < count; begin += width) {
      const int times = count - begin < width ? count - begin : width;
      LevelOutput own = levels;
      own.first = levels.at(begin, 0);
      // Strips of one length: the bits of a state must not depend on how many there are at once.
      states.evaluate(t + begin, times, detail, reports + begin, own, false, TeamStates<Team>::longest_strip);
    }
  }

private:
  static constexpr int most_seen = 256;
  static constexpr int most_polish_steps = 8;

  QBATT_HD static std::size_t peak_memory() {
    return sizeof(PeakSearch) + (most_seen + PeakSearch::most_samples) * sizeof(SlopeSample) + 64;
  }
  QBATT_HD static std::size_t small_memory() {
    return sizeof(PeakSearch) + most_times * (sizeof(double) + sizeof(StateReport)) + 4 * 32;
  }

  QBATT_HD QBATT_INLINE PairsFound search() {
    Arena arena = arena_;
    TeamSemiclassics<Team> semiclassics(team_, chain_, arena, plan_.samples);
    semiclassics.fill();
    return TeamPairSearch<Team>(team_, chain_, plan_, semiclassics, tiling_, arena).run(pairs_);
  }

  QBATT_HD QBATT_INLINE void prepare(TeamVectors<Team>& vectors, Arena arena) {
    const TeamShots<Team> shots(team_, chain_, tiling_, plan_.block, arena);
    vectors.prepare(shots, plan_.block, arena);
  }

  QBATT_HD void keep(const KeptPairs& kept) {
    share(
        team_, pairs_.count,
        [&](int j) {
          kept.at(0, j) = pairs_.lambda[j];
          kept.at(1, j) = pairs_.weight[j];
          kept.at(2, j) = pairs_.down_factor[j];
          kept.at(3, j) = pairs_.down_exponent[j];
          kept.at(4, j) = static_cast<double>(pairs_.bond[j]);
        });
  }

  QBATT_HD void fetch(const KeptPairs& kept) {
    share(
        team_, pairs_.count,
        [&](int j) {
          pairs_.lambda[j] = kept.at(0, j);
          pairs_.weight[j] = kept.at(1, j);
          pairs_.down_factor[j] = kept.at(2, j);
          pairs_.down_exponent[j] = kept.at(3, j);
          pairs_.bond[j] = static_cast<std::int32_t>(kept.at(4, j));
        });
  }

  /// The first peak that the energy of the heaviest pairs has; NaN where that is not good enough to tell.
  QBATT_HD QBATT_INLINE double guess_peak(PeakOf peak_of, TeamVectors<Team>& vectors, double bandwidth, Arena arena) {
    TeamEnergy<Team> energy(team_, chain_, tiling_, pairs_, arena);
    if (!energy.usable()) return static_cast<double>(NAN);
    energy.build(vectors, arena);
    const EnergyScratch scratch = energy.take_scratch(arena);
    auto* const search = arena.take<PeakSearch>(1);
    auto* const seen = arena.take<SlopeSample>(most_seen + PeakSearch::most_samples);
    const double longest = energy.longest_time();
    alone(team_, [&] { *search = PeakSearch(peak_of, bandwidth); });
    int count = 0;
    while (!search->finished() && count <= most_seen) {
      const int wanted = search->count();
      if (search->time(wanted - 1) > longest) return static_cast<double>(NAN);
      const auto time = [&](int i) { return search->time(i); };
      if (wanted == 1)
        energy.template evaluate<1>(time, peak_of == PeakOf::power, scratch);
      else
        energy.template evaluate<PeakSearch::most_samples>(time, peak_of == PeakOf::power, scratch);
      alone(team_, [&] {
        for (int i = 0; i < wanted; ++i) seen[count + i] = scratch.samples[i].slope_of(peak_of);
        search->absorb(seen + count);
      });
      count += wanted;
    }
    if (!search->found() || count > most_seen) return static_cast<double>(NAN);
    const double peak = search->peak();
    return ambiguous(seen, count, peak) ? static_cast<double>(NAN) : peak;
  }

  /// Whether a slope on the way to the peak is so small that the energy of the heaviest pairs, right to a few 1e-6 at worst, might
  /// have missed a change of sign.
  QBATT_HD bool ambiguous(const SlopeSample* seen, int count, double peak) {
    bool doubtful = false;
    for (int i = team_.rank(); i < count; i += team_.threads()) {
      const SlopeSample& s = seen[i];
      double largest_before = 0.0;
      for (int j = 0; j < count; ++j)
        if (seen[j].t < s.t) largest_before = fmax(largest_before, seen[j].slope);
      doubtful = doubtful || may_be_a_shoulder(s, largest_before, peak);
    }
    return any_of(team_, doubtful);
  }

  /// What the next states are for.
  enum class Purpose { start, polish, search, confirm, peak };

  /// From the pairs on: the start's defect, the peak and the state there. The states of all purposes come from one place, so that
  /// the code that makes them is there once.
  QBATT_HD QBATT_INLINE void finish(const TeamTask& task, double guess, TeamVectors<Team>& vectors, Arena arena, TeamRow& row,
                                    StateReport* report) {
    const bool guessed = guess == guess;
    auto* const t = arena.take<double>(most_times);
    auto* const reports = arena.take<StateReport>(most_times);
    auto* const search = arena.take<PeakSearch>(1);
    TeamStates<Team> states(team_, chain_, tiling_, pairs_, vectors, most_times, task.observed, arena);
    alone(team_, [&] {
      t[0] = 0.0;
      for (int i = 0; i < RootBetween::samples; ++i) t[1 + i] = RootBetween::time(guess, i);
      *search = PeakSearch(task.peak_of, row.bandwidth);
    });
    const Detail detail = detail_of_search(task.peak_of);
    SlopeRoot root = SlopeRoot::near(guess, 1e-4 * guess);  // farther away it would be another
    Purpose purpose = Purpose::start;
    int times = guessed ? 1 + RootBetween::samples : 1;
    while (true) {
      const bool last = purpose == Purpose::peak || purpose == Purpose::confirm;
      const bool observe = last && task.observed;
      states.evaluate(t, times, observe ? Detail::observables : detail, observe ? report : reports, LevelOutput{},
                      purpose == Purpose::start, TeamStates<Team>::strip_for(times));
      switch (purpose) {
        case Purpose::start:
          row.certificate.start_defect = states.start_defect();
          row.info = is_hopeless(row.certificate) ? 1 : 0;
          if (row.info != 0 || !task.first_peak) return;
          purpose = guessed ? step_between(task.peak_of, guess, reports, row) : Purpose::search;
          break;
        case Purpose::polish:
          purpose = polish(root, task.peak_of, reports[0], row);
          break;
        case Purpose::search:
          take(*search, task.peak_of, t, reports, times);
          break;
        case Purpose::confirm:
          if (confirms(task.peak_of, observe ? *report : reports[0], row)) return;
          purpose = Purpose::polish;
          break;
        case Purpose::peak:
          return;
      }
      if (purpose == Purpose::search && search->finished()) {
        if (!search->found()) return;
        row.peak = search->peak();
        purpose = Purpose::peak;
      }
      if (purpose == Purpose::peak && !task.observed) return;
      times = ask(purpose, root, *search, row, t);
    }
  }

  /// Where the slope vanishes by the samples beside the guess, if that is near: one more state says whether it does.
  QBATT_HD static Purpose step_between(PeakOf peak_of, double guess, const StateReport* reports, TeamRow& row) {
    SlopeSample beside[RootBetween::samples];
    for (int i = 0; i < RootBetween::samples; ++i)
      beside[i] = energy_sample(RootBetween::time(guess, i), reports[1 + i].sums).slope_of(peak_of);
    const RootBetween found = RootBetween::of(beside);
    if (!found.near) return Purpose::polish;
    row.peak = found.root;
    return Purpose::confirm;
  }

  /// Whether the slope vanishes at the peak, up to a step of Newton's that the state does not feel.
  QBATT_HD static bool confirms(PeakOf peak_of, const StateReport& report, TeamRow& row) {
    constexpr double unfelt = 1e-12;
    const SlopeSample s = energy_sample(row.peak, report.sums).slope_of(peak_of);
    const double move = -s.slope / s.curvature;
    if (s.curvature < 0.0 && fabs(move) <= unfelt * row.peak) {
      row.peak += move;
      return true;
    }
    row.peak = static_cast<double>(NAN);
    return false;
  }

  /// Takes the state at the root's time into the search for the root of the slope; one that is not found at once is no first peak.
  QBATT_HD static Purpose polish(SlopeRoot& root, PeakOf peak_of, const StateReport& report, TeamRow& row) {
    const SlopeSample s = energy_sample(root.time(), report.sums).slope_of(peak_of);
    if (!(s.curvature < 0.0) || root.steps() == most_polish_steps) return Purpose::search;
    root.absorb(s);
    if (!root.found()) return Purpose::polish;
    row.peak = root.time();
    return Purpose::peak;
  }

  QBATT_HD void take(PeakSearch& search, PeakOf peak_of, const double* t, const StateReport* reports, int times) {
    alone(
        team_,
        [&] {
          SlopeSample samples[PeakSearch::most_samples];
          for (int i = 0; i < times; ++i) samples[i] = energy_sample(t[i], reports[i].sums).slope_of(peak_of);
          search.absorb(samples);
        });
  }

  /// Writes the times whose states are needed next, and returns how many.
  QBATT_HD int ask(Purpose purpose, const SlopeRoot& root, const PeakSearch& search, const TeamRow& row, double* t) {
    const int times = purpose == Purpose::search ? search.count() : 1;
    team_.barrier();  // the times before may still be read
    share(team_, times, [&](int i) {
      t[i] = purpose == Purpose::search ? search.time(i) : (purpose == Purpose::polish ? root.time() : row.peak);
    });
    return times;
  }

  Team& team_;
  Arena arena_;
  Chain chain_;
  TeamPlan plan_;
  Tiling tiling_;
  TeamPairs pairs_;
};

}  // namespace qbatt::kernels::inline QBATT_TARGET
