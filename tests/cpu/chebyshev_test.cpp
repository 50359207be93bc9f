#include "cpu/chebyshev/chebyshev.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "cpu/chebyshev/chebyshev_task.hpp"
#include "cpu/isa/isa.hpp"
#include "kernels/chebyshev.hpp"
#include "model/numerical_error.hpp"
#include "oracle/tridiagonal_oracle.hpp"
#include "support/comparisons.hpp"
#include "support/random_systems.hpp"
#include "support/tolerances.hpp"

namespace qbatt::test {
namespace {

using cpu::index;

/// A matrix 2 X with random entries, a random start, and random coefficients, with room around every array.
struct RandomRun {
  index levels;
  index support;
  bool constant_diagonal;
  int vectors;
  std::vector<double> coupling, center, start_re, start_im;
  std::vector<std::vector<double>> factors;

  RandomRun(Random& random, index levels_, bool constant_diagonal_, int vectors_)
      : levels(levels_), support(random.integer(1, levels_)), constant_diagonal(constant_diagonal_), vectors(vectors_) {
    coupling = numbers(random, 1, levels);
    center = numbers(random, 0, levels);
    start_re = numbers(random, 0, support);
    start_im = numbers(random, 0, support);
    for (const std::size_t order : {0U, 1U, 4U, 7U, 7U, 12U}) {
      factors.emplace_back(order + 2, 0.0);
      for (std::size_t n = 0; n <= order; ++n) factors.back()[n] = random.uniform(-1.0, 1.0);
    }
  }

  [[nodiscard]] std::vector<double> numbers(Random& random, index first, index end) const {
    std::vector<double> values(static_cast<std::size_t>(levels + 2 * cpu::chebyshev_margin), 0.0);
    for (index k = first; k < end; ++k) values[static_cast<std::size_t>(k + cpu::chebyshev_margin)] = random.uniform(-0.7, 0.7);
    return values;
  }

  [[nodiscard]] double at(const std::vector<double>& values, index k) const {
    return values[static_cast<std::size_t>(k + cpu::chebyshev_margin)];
  }
};

/// Amplitudes of every output, real and imaginary parts.
struct Sums {
  std::vector<std::vector<double>> re, im;
};

Sums run_on(const cpu::KernelSet& set, const RandomRun& run) {
  RandomRun copy = run;
  std::vector<double> previous[2] = {std::vector<double>(run.start_re.size()), std::vector<double>(run.start_re.size())};
  Sums sums;
  sums.re.assign(run.factors.size(), std::vector<double>(run.start_re.size()));
  sums.im = sums.re;
  const auto data = [](std::vector<double>& v) { return v.data() + cpu::chebyshev_margin; };
  std::vector<cpu::ChebyshevOutput> outputs;
  for (std::size_t o = 0; o < run.factors.size(); ++o)
    outputs.push_back({static_cast<int>(run.factors[o].size()) - 2, run.factors[o].data(), data(sums.re[o]), data(sums.im[o])});
  set.run_chebyshev({.levels = run.levels,
                     .support = run.support,
                     .constant_diagonal = run.constant_diagonal,
                     .coupling = data(copy.coupling),
                     .center = data(copy.center),
                     .vectors = run.vectors,
                     .here = {data(copy.start_re), data(copy.start_im)},
                     .previous = {data(previous[0]), data(previous[1])},
                     .outputs = static_cast<int>(outputs.size()),
                     .output = outputs.data()});
  return sums;
}

/// The sum by the definition, all of the matrix, no trick with signs: sum_n f_n (-i)^n T_n(X) psi, or sum_n f_n u_n with
/// u_{n+1} = u_{n-1} + 2 K u_n where the diagonal is constant.
struct Plain {
  const RandomRun& run;
  using Vector = std::vector<double>;

  [[nodiscard]] Vector twice(const Vector& v) const {
    Vector w(v.size(), 0.0);
    const double above_sign = run.constant_diagonal ? -1.0 : 1.0;
    for (index k = 0; k < run.levels; ++k) {
      const auto i = static_cast<std::size_t>(k);
      w[i] += k > 0 ? run.at(run.coupling, k) * v[i - 1] : 0.0;
      w[i] += k + 1 < run.levels ? above_sign * run.at(run.coupling, k + 1) * v[i + 1] : 0.0;
      w[i] += run.constant_diagonal ? 0.0 : run.at(run.center, k) * v[i];
    }
    return w;
  }

  [[nodiscard]] std::vector<Vector> vectors(const Vector& start, std::size_t order) const {
    std::vector<Vector> all{start, twice(start)};
    for (double& x : all[1]) x *= 0.5;
    while (all.size() <= order) {
      Vector next = twice(all.back());
      for (std::size_t k = 0; k < next.size(); ++k) next[k] += (run.constant_diagonal ? 1.0 : -1.0) * all[all.size() - 2][k];
      all.push_back(next);
    }
    return all;
  }

  [[nodiscard]] Sums sums() const {
    Vector start_re, start_im;
    for (index k = 0; k < run.levels; ++k) {
      start_re.push_back(run.at(run.start_re, k));
      start_im.push_back(run.vectors == 2 ? run.at(run.start_im, k) : 0.0);
    }
    Sums result;
    for (const Vector& f : run.factors) {
      const auto re_vectors = vectors(start_re, f.size());
      const auto im_vectors = vectors(start_im, f.size());
      Vector re(start_re.size(), 0.0), im(start_re.size(), 0.0);
      for (std::size_t n = 0; n < f.size(); ++n) {
        static constexpr std::array<double, 4> cosine{1, 0, -1, 0}, sine{0, -1, 0, 1};  // of (-i)^n
        for (std::size_t k = 0; k < re.size(); ++k) {
          const double c = run.constant_diagonal ? 1.0 : cosine[n % 4];
          const double s = run.constant_diagonal ? 0.0 : sine[n % 4];
          re[k] += f[n] * (c * re_vectors[n][k] - s * im_vectors[n][k]);
          im[k] += f[n] * (c * im_vectors[n][k] + s * re_vectors[n][k]);
        }
      }
      result.re.push_back(re);
      result.im.push_back(im);
    }
    return result;
  }
};

TEST(Chebyshev, EveryInstructionSetSumsTheSeries) {
  Random random(61);
  for (const cpu::KernelSet* set : cpu::kernel_sets()) {
    if (!set->supported()) continue;
    for (const index levels : {2, 3, 7, 16, 33, 100}) {
      for (const auto& [constant_diagonal, vectors] : {std::pair{true, 1}, {false, 1}, {false, 2}}) {
        SCOPED_TRACE(std::string(set->name) + ", " + std::to_string(levels) + " levels, " + std::to_string(vectors) + " vectors");
        const RandomRun run(random, levels, constant_diagonal, vectors);
        const Sums actual = run_on(*set, run);
        const Sums expected = Plain{run}.sums();
        for (std::size_t o = 0; o < run.factors.size(); ++o) {
          for (index k = 0; k < levels; ++k) {
            const auto i = static_cast<std::size_t>(k);
            // Twelve orders of random matrices grow by less than 3 each.
            EXPECT_TRUE(within(run.at(actual.re[o], k), expected.re[o][i], 1e-11)) << "output " << o << ", k = " << k;
            EXPECT_TRUE(within(run.at(actual.im[o], k), expected.im[o][i], 1e-11)) << "output " << o << ", k = " << k;
          }
        }
      }
    }
  }
}

/// Populations and slope at one time.
struct Sample {
  StateReport report;
  std::vector<double> populations;
};

Sample sample(cpu::OneChain& propagator, const CentralSpin& system, double t) {
  Sample s;
  s.populations.resize(static_cast<std::size_t>(system.dim()));
  propagator.sample({&t, 1}, Detail::observables, {&s.report, 1}, s.populations.data());
  return s;
}

TEST(Chebyshev, AStateDoesNotDependOnWhatWasAskedBefore) {
  const std::vector<double> times{40.0, 0.3, 90.0, 0.0, 39.0, 17.0, 90.0, 2.0};
  for (const CentralSpin& system : {CentralSpin::resonant(300, 280), CentralSpin{.n_b = 150, .n_c = 200, .m = 170, .ising = 0.6}}) {
    const auto all = cpu::make_chebyshev_states(chain_of(system));
    std::vector<StateReport> reports(times.size());
    std::vector<double> populations(times.size() * static_cast<std::size_t>(system.dim()));
    all->sample(times, Detail::observables, reports, populations.data());
    const auto one_by_one = cpu::make_chebyshev_states(chain_of(system));
    for (std::size_t i = 0; i < times.size(); ++i) {
      const auto fresh = cpu::make_chebyshev_states(chain_of(system));
      const Sample a = sample(*one_by_one, system, times[i]);
      const Sample b = sample(*fresh, system, times[i]);
      EXPECT_TRUE(same_bits(a.report.sums.flow, b.report.sums.flow));
      EXPECT_TRUE(same_bits(reports[i].sums.flow, b.report.sums.flow));
      EXPECT_TRUE(same_bits(one_by_one->error_bound(0, times[i]), fresh->error_bound(0, times[i])));
      for (std::size_t k = 0; k < a.populations.size(); ++k) {
        ASSERT_TRUE(same_bits(a.populations[k], b.populations[k])) << "k = " << k;
        ASSERT_TRUE(same_bits(populations[i * a.populations.size() + k], b.populations[k])) << "k = " << k;
      }
    }
  }
}

// Many legs, so that errors of one are carried through the next.
TEST(Chebyshev, KeepsItsBoundForLong) {
  int visible = 0;
  for (const CentralSpin& system : random_systems(62, 60, 40)) {
    const auto propagator = cpu::make_chebyshev_states(chain_of(system));
    const TridiagonalOracle oracle(system);
    for (const double t : {3.0, 300.0, 3000.0}) {
      const Sample s = sample(*propagator, system, t);
      const double bound = tolerance::allowed_by(propagator->error_bound(0, t));
      const std::vector<double> expected = oracle.populations(t / system.rabi());
      const double oracle_error = oracle.population_error(t / system.rabi());
      for (std::size_t k = 0; k < expected.size(); ++k) {
        EXPECT_TRUE(within(s.populations[k], expected[k], bound + oracle_error)) << describe(system) << ", a_0 t = " << t;
        visible += std::abs(s.populations[k] - expected[k]) > 1e-3 * bound ? 1 : 0;
      }
    }
  }
  EXPECT_GT(visible, 50) << "a bound that is never approached would not be worth much";
}

TEST(Chebyshev, BoundsAreSmallAndNoneAtTheStart) {
  for (const std::int64_t n : {2, 50, 2000}) {
    const auto propagator = cpu::make_chebyshev_states(chain_of(CentralSpin::resonant(n, n)));
    EXPECT_EQ(propagator->error_bound(0, 0.0), 0.0);
    const Sample s = sample(*propagator, CentralSpin::resonant(n, n), 5.0);
    EXPECT_TRUE(between(propagator->error_bound(0, 5.0), 1e-15, 1e-13 * (10.0 + static_cast<double>(n)))) << n;
    EXPECT_TRUE(within(s.report.sums.norm, 1.0, tolerance::allowed_by(propagator->error_bound(0, 5.0))));
  }
}

// Doublets: the state stays at its end, so levels and time beyond are free.
TEST(Chebyshev, LevelsOutOfReachCostNothing) {
  const CentralSpin system{.n_b = 100'000'000, .n_c = 150'000'000, .m = 150'000'000, .ising = 1.5};
  const auto propagator = cpu::make_chebyshev_states(chain_of(system), {}, 1e8);
  const double t = 2.0;
  StateReport report;
  propagator->sample({&t, 1}, Detail::observables, {&report, 1}, nullptr);
  EXPECT_TRUE(within(report.sums.norm, 1.0, 1e-11));
  EXPECT_TRUE(between(report.sums.mean, 0.1, 10.0));
}

TEST(Chebyshev, GivesUpBeyondItsWorkLimit) {
  const CentralSpin system = CentralSpin::resonant(1000, 1000);
  const auto propagator = cpu::make_chebyshev_states(chain_of(system), {}, 1e6);
  StateReport report;
  const double t = 1000.0;
  EXPECT_THROW(propagator->sample({&t, 1}, Detail::slopes, {&report, 1}, nullptr), NumericalError);
}

TEST(Chebyshev, NoNumberForNoTime) {
  const CentralSpin system = CentralSpin::resonant(5, 5);
  const auto propagator = cpu::make_chebyshev_states(chain_of(system));
  const Sample s = sample(*propagator, system, std::numeric_limits<double>::quiet_NaN());
  EXPECT_TRUE(std::isnan(s.report.sums.flow));
  EXPECT_TRUE(std::isnan(s.populations[0]));
  EXPECT_TRUE(std::isnan(propagator->error_bound(0, std::numeric_limits<double>::quiet_NaN())));
}

}  // namespace
}  // namespace qbatt::test
