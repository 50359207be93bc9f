#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <iterator>
#include <limits>
#include <memory>
#include <optional>
#include <vector>

#include "chain/shooting_plan.hpp"
#include "kernels/team/solver.hpp"
#include "model/level_chain.hpp"
#include "qbatt/solve.hpp"
#include "support/comparisons.hpp"
#include "support/random_systems.hpp"
#include "support/tolerances.hpp"
#include "team/host_team.hpp"

// One chain by a team of threads of the host: any number of them, any place of its memory.
namespace qbatt::test {
namespace {

using kernels::Arena;
using kernels::Chain;
using kernels::index;
using kernels::TeamPlan;
using kernels::TeamRow;
using kernels::TeamSemiclassics;
using kernels::TeamSolver;

constexpr std::size_t line = 32;
struct alignas(line) Line {
  unsigned char bytes[line];
};

/// Memory of an arena, filled with a pattern that reads as NaN: `near` of `bytes` in one place, all in another.
class Memory {
public:
  Memory(std::size_t bytes, std::size_t near)
      : near_bytes_(near / line * line), near_(near_bytes_ / line + 1), far_(bytes / line + 1) {
    std::memset(static_cast<void*>(near_.data()), 0xff, near_.size() * sizeof(Line));
    std::memset(static_cast<void*>(far_.data()), 0xff, far_.size() * sizeof(Line));
  }
  [[nodiscard]] Arena arena() { return {near_.data(), near_bytes_, far_.data()}; }

private:
  std::size_t near_bytes_;
  std::vector<Line> near_;
  std::vector<Line> far_;
};

constexpr std::size_t memory_of_plans = std::size_t{1} << 15;

TeamPlan plan_by(int threads, const Chain& chain) {
  Memory memory(memory_of_plans, memory_of_plans);
  TeamPlan plan;
  run_by_team(threads, [&](HostTeam& team) {
    const TeamPlan own = kernels::plan_chain(team, chain, memory.arena());
    if (team.rank() == 0) plan = own;
  });
  return plan;
}

/// What a chain comes to, and the states at some times.
struct Solved {
  TeamRow row;
  StateReport at_peak;
  std::vector<StateReport> reports;
  std::vector<double> populations;  ///< [time][level]
};

/// `near`: the part of the memory that is near.
Solved solve_by(int threads, const CentralSpin& system, const std::vector<double>& t, double near,
                kernels::PeakOf peak_of = kernels::PeakOf::energy) {
  const Chain chain = chain_to_shoot_at(chain_of(system));
  const TeamPlan plan = plan_by(threads, chain);
  const std::size_t bytes = TeamSolver<HostTeam>::bytes(chain, plan);
  Memory memory(bytes, static_cast<std::size_t>(near * static_cast<double>(bytes)));
  Memory again(bytes, static_cast<std::size_t>(near * static_cast<double>(bytes)));
  Solved solved;
  solved.reports.resize(t.size());
  solved.populations.assign(t.size() * static_cast<std::size_t>(chain.dim), std::numeric_limits<double>::quiet_NaN());
  std::vector<double> kept_values(static_cast<std::size_t>(kernels::KeptPairs::fields * plan.pairs(chain)));
  const kernels::KeptPairs kept{kept_values.data(), plan.pairs(chain)};
  run_by_team(threads, [&](HostTeam& team) {
    const TeamRow own =
        TeamSolver<HostTeam>(team, chain, plan, memory.arena()).solve({true, peak_of, true}, &solved.at_peak, &kept);
    if (team.rank() == 0) solved.row = own;
    team.barrier();
    TeamSolver<HostTeam>(team, chain, plan, again.arena())
        .evaluate(own, kept, t.data(), static_cast<int>(t.size()), Detail::observables, solved.reports.data(),
                  {LevelValues::populations, solved.populations.data(), chain.dim});
  });
  return solved;
}

/// Systems that reach every way through the solver: few levels and many, constant diagonals and others, folded chains of odd and
/// even length with their parities crossing and exchanged, a filling of one half.
std::vector<CentralSpin> choice() {
  return {{.n_b = 1, .n_c = 1, .m = 1},
          {.n_b = 5, .n_c = 9, .m = 9, .ising = 0.4},
          {.n_b = 30, .n_c = 30, .m = 30},
          {.n_b = 31, .n_c = 31, .m = 31},
          {.n_b = 70, .n_c = 95, .m = 95},
          {.n_b = 90, .n_c = 90, .m = 90},
          {.n_b = 91, .n_c = 91, .m = 91},
          {.n_b = 120, .n_c = 150, .m = 150, .omega_b = 1.3, .ising = 0.2},
          {.n_b = 90, .n_c = 90, .m = 90, .ising = 0.5},
          {.n_b = 160, .n_c = 300, .m = 150},
          {.n_b = 400, .n_c = 401, .m = 401}};
}

TEST(Team, FindsWhatTheCpuFinds) {
  for (const CentralSpin& system : choice()) {
    for (const auto& [rule, peak_of] :
         {std::pair{OptimumRule::first_peak, kernels::PeakOf::energy}, std::pair{OptimumRule::power, kernels::PeakOf::power}}) {
      SCOPED_TRACE(describe(system) + ", " + std::string(to_string(rule)));
      Request request;
      request.backend = Backend::cpu;
      request.optimum = rule;
      const Row expected = qbatt::solve({&system, 1}, request).rows.front();
      const double rabi = system.rabi();
      for (const int threads : {1, 3}) {
        const Solved solved = solve_by(threads, system, {0.0}, 1.0, peak_of);
        ASSERT_EQ(solved.row.info, 0);
        EXPECT_TRUE(within_relative(solved.row.peak / rabi, expected.t_opt, tolerance::t_opt));
        const double full = static_cast<double>(system.n_b);
        EXPECT_TRUE(within(solved.at_peak.sums.mean * solved.at_peak.sums.norm / full,
                           expected.at_optimum[Observable::energy_per_cell], tolerance::energy_per_cell));
        EXPECT_TRUE(within(solved.at_peak.sums.entropy, expected.at_optimum[Observable::entropy], 1e-10));
        const double left =
            full * expected.at_optimum[Observable::energy_per_cell] - expected.at_optimum[Observable::ergotropy] / system.omega_b;
        EXPECT_TRUE(within(solved.at_peak.passive_level, left, 1e-9));
        EXPECT_LE(solved.row.certificate.error_bound(solved.row.peak), 1e-9);
        EXPECT_LE(solved.row.certificate.pair_defect(solved.row.peak), 1e-11);
      }
    }
  }
}

TEST(Team, ItsSizeAndThePlaceOfItsMemoryHardlyMatter) {
  const std::vector<double> t{0.0, 0.3, 1.0, 2.0, 3.5, 5.0, 7.0, 11.0, 13.0, 17.0};
  for (const CentralSpin& system : choice()) {
    SCOPED_TRACE(describe(system));
    const Solved one = solve_by(1, system, t, 1.0);
    const Solved far = solve_by(1, system, t, 0.3);
    EXPECT_EQ(std::memcmp(&one.row, &far.row, sizeof(double) * 5), 0);  // certificate and bandwidth
    EXPECT_TRUE(same_bits(one.row.peak, far.row.peak));
    for (std::size_t i = 0; i < one.populations.size(); ++i) ASSERT_TRUE(same_bits(one.populations[i], far.populations[i]));
    const Solved five = solve_by(5, system, t, 0.5);
    EXPECT_EQ(one.row.pairs, five.row.pairs);
    EXPECT_TRUE(within_relative(one.row.peak, five.row.peak, tolerance::t_opt));
    for (std::size_t i = 0; i < one.populations.size(); ++i)
      ASSERT_TRUE(within(one.populations[i], five.populations[i], 1e-12)) << i;
  }
}

TEST(Team, StatesAreNormalizedAndObservablesBelongToTheirPopulations) {
  const std::vector<double> t{0.0, 0.7, 1.9, 4.0};
  for (const CentralSpin& system : choice()) {
    SCOPED_TRACE(describe(system));
    const Solved solved = solve_by(2, system, t, 1.0);
    const auto dim = static_cast<std::size_t>(system.dim());
    for (std::size_t i = 0; i < t.size(); ++i) {
      std::vector<double> p(solved.populations.begin() + static_cast<std::ptrdiff_t>(i * dim),
                            solved.populations.begin() + static_cast<std::ptrdiff_t>((i + 1) * dim));
      double norm = 0.0;
      double mean = 0.0;
      double square = 0.0;
      double purity = 0.0;
      for (std::size_t k = 0; k < dim; ++k) {
        norm += p[k];
        mean += static_cast<double>(k) * p[k];
        square += static_cast<double>(k * k) * p[k];
        purity += p[k] * p[k];
      }
      const kernels::StateSums& sums = solved.reports[i].sums;
      EXPECT_TRUE(within(norm, 1.0, 1e-12));
      EXPECT_TRUE(within(sums.norm, norm, 1e-12));
      EXPECT_TRUE(within(sums.mean, mean, 1e-10));
      EXPECT_TRUE(within(sums.spread, square - mean * mean, 1e-7));
      EXPECT_TRUE(within(sums.purity, purity, 1e-12));
      EXPECT_TRUE(same_bits(solved.reports[i].last_population, p.back()));
      std::ranges::sort(p, std::ranges::greater{});
      EXPECT_TRUE(within(sums.largest, p.front(), 0.0));
      double passive = 0.0;
      for (std::size_t j = 0; j < dim; ++j) passive += static_cast<double>(j) * p[j];
      EXPECT_TRUE(within(solved.reports[i].passive_level, passive, 1e-11));
    }
  }
}

TEST(Team, PlansTheWindowOfTheCpu) {
  Random random(11);
  for (int i = 0; i < 60; ++i) {
    const CentralSpin system = random_system(random, static_cast<Kind>(i % 4), 700);
    if (system.coupling == 0.0 || system.dim() < 2) continue;
    SCOPED_TRACE(describe(system));
    const LevelChain chain = chain_of(system);
    const SemiclassicalSpectrum spectrum(chain);
    const ShootingWindow window = shooting_window(spectrum);
    for (const int threads : {1, 4}) {
      const TeamPlan plan = plan_by(threads, chain_to_shoot_at(chain));
      EXPECT_TRUE(within_relative(plan.matrix_bound, spectrum.matrix_bound(), 1e-15));
      EXPECT_GE(plan.high, window.high * (1.0 - 1e-14));  // it looks at all levels' bands where the CPU stops at the first
      EXPECT_LE(plan.low, window.low * (1.0 - 1e-14));
      EXPECT_LE(plan.high, spectrum.end());
      EXPECT_LE(plan.block, shooting_block(spectrum, window));
      EXPECT_EQ(plan.samples, spectrum.samples().count);
    }
  }
}

TEST(Team, SamplesOfTheLongestChainsHaveRoom) {
  for (const bool folded : {false, true}) {
    for (index levels = 1; levels <= index{1} << 18; levels += 1 + levels / 7) {
      index count = 0;
      for (index k = 0; k < levels; ++count) k = std::min(kernels::next_sample(k, levels, folded), levels);
      EXPECT_LE(count, TeamSemiclassics<HostTeam>::most_samples) << levels;
    }
  }
}

TEST(Team, GramMatricesAreSumsOfProducts) {
  Random random(5);
  for (const bool symmetric : {true, false}) {
    constexpr int levels = 16;
    constexpr int vectors = 40;
    Memory memory(levels * (vectors + 16) * sizeof(double) + 64, 0);
    Arena arena = memory.arena();
    kernels::VectorTile tile(arena, levels, vectors);
    for (int i = 0; i < levels; ++i)
      for (int j = 0; j < vectors; ++j) tile.at(i, j) = random.uniform(-1.0, 1.0);
    const int rows = symmetric ? 5 : 2;
    const int columns = symmetric ? 5 : 3;
    const int first_column = symmetric ? 0 : 16;
    std::vector<double> values(static_cast<std::size_t>(kernels::BlockMatrix::blocks(rows, columns, symmetric) * 64), 0.5);
    const kernels::BlockMatrix sum{values.data(), rows, columns, symmetric};
    const auto weight = [](int i) { return static_cast<double>(i) - 3.0; };
    run_by_team(3, [&](HostTeam& team) {
      kernels::add_gram(team, kernels::GramTask<decltype(weight)>{tile, 1, 2, 0, first_column, weight, sum});
    });
    for (int block = 0; block < sum.blocks(); ++block) {
      const kernels::BlockMatrix::Place at = sum.place(block);
      EXPECT_TRUE(!symmetric || at.column <= at.row);
      for (int e = 0; e < 64; ++e) {
        double expected = 0.5;
        for (int i = 1; i < levels; i += 2)
          expected += weight(i) * tile.at(i, at.row * 8 + e % 8) * tile.at(i, first_column + at.column * 8 + e / 8);
        EXPECT_TRUE(within(sum.block(block)[e], expected, 1e-13));
      }
    }
  }
}

/// The slope of the sine, which vanishes at pi / 2, looked at beside guesses that are off by so much of it.
TEST(Team, ARootNearTheSamplesIsFoundToRounding) {
  constexpr double root = 1.57079632679489661923;
  for (const double off : {0.0, 1e-9, -3e-7, 1e-6, -7e-6, 4e-5, 7e-5}) {
    const double guess = root * (1.0 + off);
    kernels::SlopeSample beside[kernels::RootBetween::samples];
    for (int i = 0; i < kernels::RootBetween::samples; ++i) {
      const double t = kernels::RootBetween::time(guess, i);
      beside[i] = {t, std::cos(t), -std::sin(t)};
    }
    const kernels::RootBetween found = kernels::RootBetween::of(beside);
    EXPECT_TRUE(found.near) << off;
    EXPECT_TRUE(within_relative(found.root, root, 4e-16)) << off;
  }
}

TEST(Team, ARootThatIsFarOrNoMaximumIsNotTrusted) {
  const auto found = [](double slope, double curvature) {
    kernels::SlopeSample beside[kernels::RootBetween::samples];
    for (int i = 0; i < kernels::RootBetween::samples; ++i) {
      const double t = kernels::RootBetween::time(1.0, i);
      beside[i] = {t, slope + curvature * (t - 1.0), curvature};
    }
    return kernels::RootBetween::of(beside).near;
  };
  EXPECT_TRUE(found(7e-5, -1.0));
  EXPECT_FALSE(found(9e-5, -1.0));
  EXPECT_FALSE(found(1e-6, 1.0));
  EXPECT_FALSE(found(1e-6, 0.0));
  EXPECT_FALSE(found(std::numeric_limits<double>::quiet_NaN(), -1.0));
}

TEST(Arena, HandsOutWhatIsNearFirstAndGivesBackWithItsCopies) {
  Memory memory(1024, 128);
  Arena arena = memory.arena();
  auto* const first = arena.take<double>(3);
  auto* const second = arena.take<char>(1);
  EXPECT_EQ(reinterpret_cast<char*>(second) - reinterpret_cast<char*>(first), 32);
  Arena copy = arena;
  auto* const far = copy.take<double>(100);  // no room where the others are
  auto* const near = copy.take<double>(4);
  EXPECT_EQ(reinterpret_cast<char*>(near) - reinterpret_cast<char*>(first), 64);
  EXPECT_TRUE(far < first || far > near);
  EXPECT_EQ(copy.taken(), 32U + 32U + 800U + 32U);
  EXPECT_EQ(arena.take<double>(4), near);
  EXPECT_EQ(arena.taken(), 96U);
}

}  // namespace
}  // namespace qbatt::test
