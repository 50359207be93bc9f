#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <ostream>
#include <utility>
#include <vector>

#include "cpu/spectral/joint_certificate.hpp"
#include "cpu/spectral/spacings.hpp"
#include "cpu/spectral/spectral.hpp"
#include "cpu/spectral/spectral_energy.hpp"
#include "qbatt/solve.hpp"
#include "support/comparisons.hpp"
#include "support/random_systems.hpp"
#include "support/tolerances.hpp"

// The energy from a band of its matrix beside that from all of it, optima of many pairs beside another solver's, and the bound that
// takes their residuals together.
namespace qbatt::test {
namespace {

constexpr std::size_t none = 0;
constexpr std::size_t all = 100'000;

/// Chains of each kind of symmetry in which hundreds of pairs carry the state: folded with an odd and an even number of levels,
/// whole, and those whose diagonal varies.
std::vector<CentralSpin> crowded() {
  return {{.n_b = 2000, .n_c = 4000, .m = 3000},
          {.n_b = 2001, .n_c = 4001, .m = 3001},
          {.n_b = 3000, .n_c = 3000, .m = 1500},
          {.n_b = 1500, .n_c = 4000, .m = 2000},
          {.n_b = 2000, .n_c = 3000, .m = 2500, .ising = 0.3},
          {.n_b = 2000, .n_c = 2000, .m = 2000, .ising = 1},
          {.n_b = 2000, .n_c = 2500, .m = 2200, .ising = -1},
          {.n_b = 2000, .n_c = 2000, .m = 2000, .ising = 1.01}};
}

struct Pairs {
  cpu::SpectralChain chain;
  cpu::Eigenpairs pairs;

  explicit Pairs(const CentralSpin& system)
      : chain(chain_of(system)), pairs(cpu::measure_pairs(chain, cpu::find_eigenvalues(chain, {}), {})) {}
};

std::vector<EnergySample> samples(cpu::EnergyModel& model) {
  std::vector<double> times;
  for (int i = 0; i < 50; ++i) times.push_back(0.37 + 1.9 * i);
  std::vector<EnergySample> result(times.size());
  model.evaluate(times, result);
  return result;
}

/// compare(band, sample of the band, sample of the whole matrix) at some times.
template <class Compare>
void compare_band_and_whole(const CentralSpin& system, const Compare& compare) {
  SCOPED_TRACE(describe(system));
  const Pairs p(system);
  cpu::EnergyModel band(p.chain, p.pairs, {}, none);
  cpu::EnergyModel whole(p.chain, p.pairs, {}, all);
  ASSERT_TRUE(band.usable() && whole.usable());
  const std::vector<EnergySample> a = samples(band);
  const std::vector<EnergySample> b = samples(whole);
  for (std::size_t i = 0; i < a.size(); ++i) compare(band, a[i], b[i]);
  EXPECT_TRUE(at_most(band.energy_error(), 1e-3 * static_cast<double>(system.dim()))) << "a bound that says nothing";
}

TEST(EnergyModel, ABandHoldsWhatTheWholeMatrixHolds) {
  for (const CentralSpin& system : crowded()) {
    const auto cells = static_cast<double>(system.dim());
    compare_band_and_whole(system, [&](const cpu::EnergyModel& band, const EnergySample& a, const EnergySample& b) {
      EXPECT_TRUE(within(a.energy, b.energy, 1e-8 * cells));
      EXPECT_TRUE(within(a.slope, b.slope, 1e-8 * cells));
      EXPECT_TRUE(within(a.curvature, b.curvature, 1e-7 * cells));
      EXPECT_TRUE(at_most(std::abs(a.energy - b.energy), band.energy_error()));
      EXPECT_TRUE(at_most(std::abs(a.slope - b.slope), band.slope_error()));
    });
  }
}

/// Chains of each kind of symmetry whose few pairs a band holds all of.
TEST(EnergyModel, ABandMayBeAsWideAsTheMatrix) {
  for (const CentralSpin& system : {CentralSpin::resonant(60, 60), CentralSpin::resonant(61, 61), CentralSpin::resonant(60, 90),
                                    CentralSpin{.n_b = 60, .n_c = 60, .m = 40, .ising = 0.3},
                                    CentralSpin{.n_b = 60, .n_c = 75, .m = 70, .omega_c = 3, .ising = 0.3}}) {
    const auto cells = static_cast<double>(system.dim());
    compare_band_and_whole(system, [&](const cpu::EnergyModel&, const EnergySample& a, const EnergySample& b) {
      EXPECT_TRUE(within(a.energy, b.energy, 1e-13 * cells));
      EXPECT_TRUE(within(a.slope, b.slope, 1e-12 * cells));
    });
  }
}

/// Of pairs that are no numbers, and of pairs whose residuals are none.
TEST(EnergyModel, ABandOfNoNumbersBoundsNothing) {
  constexpr double nan = std::numeric_limits<double>::quiet_NaN();
  const CentralSpin small{.n_b = 60, .n_c = 75, .m = 70, .omega_c = 3, .ising = 0.3};
  for (const CentralSpin& system : {crowded().front(), small}) {
    Pairs p(system);
    const auto heaviest = static_cast<std::size_t>(std::ranges::max_element(p.pairs.weight) - p.pairs.weight.begin());
    const double factor = std::exchange(p.pairs.up_factor[heaviest], nan);
    EXPECT_FALSE(cpu::EnergyModel(p.chain, p.pairs, {}, none).usable()) << describe(system);
    p.pairs.up_factor[heaviest] = factor;
    EXPECT_TRUE(std::isfinite(cpu::EnergyModel(p.chain, p.pairs, {}, none).energy_error())) << describe(system);
    p.pairs.mismatch[heaviest] = nan;
    EXPECT_EQ(cpu::EnergyModel(p.chain, p.pairs, {}, none).energy_error(), HUGE_VAL) << describe(system);
    EXPECT_EQ(cpu::EnergyModel(p.chain, p.pairs, {}, none).slope_error(), HUGE_VAL) << describe(system);
  }
}

TEST(EnergyModel, ABandIsTheSameBitForBitOnAnyThreads) {
  const Pairs p({.n_b = 9000, .n_c = 18000, .m = 13500});
  cpu::EnergyModel one(p.chain, p.pairs, {.threads = 1}, none);
  const std::vector<EnergySample> expected = samples(one);
  for (const int threads : {2, 3, 7}) {
    cpu::EnergyModel model(p.chain, p.pairs, {.threads = threads}, none);
    const std::vector<EnergySample> actual = samples(model);
    for (std::size_t i = 0; i < actual.size(); ++i) {
      ASSERT_TRUE(same_bits(actual[i].energy, expected[i].energy));
      ASSERT_TRUE(same_bits(actual[i].slope, expected[i].slope));
      ASSERT_TRUE(same_bits(actual[i].curvature, expected[i].curvature));
    }
  }
}

struct Banded {
  const char* name;
  CentralSpin system;
};

/// Half filled, mirror symmetric, and at and beyond |Delta| = A: just above the number of pairs from which on a band is used.
constexpr Banded banded[] = {{"half_filled", {.n_b = 10'000, .n_c = 20'000, .m = 10'000}},
                             {"mirror", {.n_b = 24'000, .n_c = 48'000, .m = 36'000}},
                             {"mirror_with_ising", {.n_b = 9000, .n_c = 18'000, .m = 13'500, .ising = 0.1}},
                             {"delta_is_a", {.n_b = 7000, .n_c = 8000, .m = 7500, .ising = 1}},
                             {"delta_is_minus_a", {.n_b = 7000, .n_c = 8001, .m = 7600, .ising = -1}},
                             {"delta_is_twice_a", {.n_b = 28'000, .n_c = 35'000, .m = 31'500, .ising = 2}}};

void PrintTo(const Banded& one, std::ostream* out) {
  *out << describe(one.system);
}

class BandedOptima : public testing::TestWithParam<Banded> {
protected:
  static Row optimum(OptimumRule rule, Solver solver) {
    Request request;
    request.optimum = rule;
    request.window = 1.7;  // the first of the large peaks, and what follows for a while
    request.solver = solver;
    return solve({&GetParam().system, 1}, request).rows.at(0);
  }

  static void expect_agreement(OptimumRule rule) {
    constexpr double tolerated = 1e-10;
    const Row row = optimum(rule, Solver::spectral);
    const Row expected = optimum(rule, Solver::chebyshev);
    EXPECT_EQ(to_string(row.status), "ok");
    EXPECT_EQ(to_string(expected.status), "ok");
    EXPECT_GT(row.n_eig, 0);
    EXPECT_EQ(expected.n_eig, 0);
    EXPECT_TRUE(within_relative(row.t_opt, expected.t_opt, 1e-9));
    const double allowed = tolerance::allowed_by(row.error_bound) + tolerance::allowed_by(expected.error_bound);
    const ObservableValues& a = row.at_optimum;
    const ObservableValues& e = expected.at_optimum;
    using enum Observable;
    EXPECT_TRUE(within(a[energy_per_cell], e[energy_per_cell], std::min(allowed, tolerated)));
    EXPECT_TRUE(within_relative(a[power], e[power], tolerated));
  }
};

/// The model's bound on its error has the bits of one that is told to take a band. All of the matrix would have a smaller one.
TEST_P(BandedOptima, AreFoundOnABand) {
  const Pairs p(GetParam().system);
  cpu::EnergyModel model(p.chain, p.pairs, {});
  cpu::EnergyModel band(p.chain, p.pairs, {}, none);
  cpu::EnergyModel whole(p.chain, p.pairs, {}, all);
  ASSERT_TRUE(model.usable() && band.usable() && whole.usable());
  EXPECT_TRUE(same_bits(model.energy_error(), band.energy_error()));
  EXPECT_LT(whole.energy_error(), model.energy_error());
}

TEST_P(BandedOptima, FirstPeakIsThatOfAnExpansion) {
  expect_agreement(OptimumRule::first_peak);
}

TEST_P(BandedOptima, LargestPowerIsThatOfAnExpansion) {
  expect_agreement(OptimumRule::power);
}

TEST_P(BandedOptima, LargestEnergyInAWindowIsThatOfAnExpansion) {
  expect_agreement(OptimumRule::global);
}

INSTANTIATE_TEST_SUITE_P(ManyPairs, BandedOptima, testing::ValuesIn(banded), [](const auto& test) { return test.param.name; });

/// A whole chain: all pairs are of one symmetry, and none stands for two.
TEST(Spacings, AreDistancesAmongPairsOfOneSymmetry) {
  const Pairs p({.n_b = 40, .n_c = 90, .m = 50, .ising = 0.2});
  const std::vector<double> found = cpu::spacings(p.chain.data(), p.pairs);
  ASSERT_EQ(found.size(), static_cast<std::size_t>(p.pairs.count));
  for (std::size_t j = 0; j < found.size(); ++j) {
    double nearest = HUGE_VAL;
    for (std::size_t i = 0; i < found.size(); ++i)
      if (i != j) nearest = std::min(nearest, std::abs(p.pairs.lambda[i] - p.pairs.lambda[j]));
    EXPECT_EQ(found[j], nearest);
  }
}

/// || int_0^t sum_j c_j r_j exp(i lambda_j s) ds || for residuals that all point the same way, which no sum of their sizes may
/// fall below: random sizes at the eigenvalues of a chain, integrated term by term.
TEST(JointCertificate, BoundsWhatResidualsDoTogether) {
  Random random(71);
  for (const CentralSpin& system : random_systems(72, 40, 60)) {
    Pairs p(system);
    const auto count = static_cast<std::size_t>(p.pairs.count);
    double squares = 0.0;
    for (std::size_t j = 0; j < count; ++j) {
      p.pairs.mismatch[j] = random.uniform(0.0, 1.0);
      squares += p.pairs.copies[j] * p.pairs.weight[j];
    }
    if (squares == 0.0) continue;
    const kernels::ShotCertificate sums{.constant_diagonal = p.chain.data().constant_diagonal, .fused = true};
    const std::vector<double> spacing = cpu::spacings(p.chain.data(), p.pairs);
    const cpu::JointCertificate joint(p.pairs, spacing, sums, {}, 0.0);
    const double t = random.uniform(0.1, 30.0);
    double square = 0.0;  // of the integral of each family of one symmetry
    for (const double parity : {1.0, -1.0}) {
      double re = 0.0;
      double im = 0.0;
      for (std::size_t j = 0; j < count; ++j) {
        if (p.chain.data().folded ? p.pairs.parity[j] != parity : parity < 0.0) continue;
        const double a = std::sqrt(p.pairs.weight[j]) * p.pairs.mismatch[j];
        const double lambda = p.pairs.lambda[j];
        re += a * (lambda == 0.0 ? t : std::sin(lambda * t) / lambda);
        im += a * (lambda == 0.0 ? 0.0 : (1.0 - std::cos(lambda * t)) / lambda);
      }
      square += re * re + im * im;
    }
    EXPECT_TRUE(at_most(std::sqrt(square), joint.pair_defect(t) * (1.0 + 1e-12))) << describe(system);
  }
}

TEST(JointCertificate, IsUsedWhereTheSumOverPairsExceedsTheTolerance) {
  const CentralSpin system{.n_b = 300'000, .n_c = 1'200'000, .m = 750'000};
  const Pairs p(system);
  kernels::ShotCertificate sums{.constant_diagonal = true, .fused = true};
  for (std::size_t j = 0; j < static_cast<std::size_t>(p.pairs.count); ++j)
    sums.add({p.pairs.copies[j] * std::sqrt(p.pairs.weight[j]), p.pairs.mismatch[j], p.pairs.magnitude[j], p.pairs.lambda[j]});
  const auto by_pairs = sums.certificate(static_cast<double>(p.pairs.count), p.chain.matrix_bound());
  const cpu::JointCertificate joint(p.pairs, cpu::spacings(p.chain.data(), p.pairs), sums, by_pairs, p.chain.matrix_bound());
  double t = 1000.0;
  EXPECT_TRUE(at_most(joint.error_bound(t), 0.2 * by_pairs.error_bound(t)));
  while (by_pairs.error_bound(t) <= default_tolerance(system.dim())) t *= 2.0;
  const auto states = cpu::make_spectral_states(chain_of(system), {.threads = 2});
  EXPECT_TRUE(at_most(states->error_bound(0, t), 0.2 * by_pairs.error_bound(t)));
}

}  // namespace
}  // namespace qbatt::test
