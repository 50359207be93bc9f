#include "qbatt/central_spin.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <numbers>
#include <vector>

#include "oracle/closed_forms.hpp"
#include "oracle/lapack.hpp"
#include "support/comparisons.hpp"
#include "support/random_systems.hpp"

namespace qbatt::test {
namespace {

__extension__ using Wide = __int128;

constexpr double ulp = std::numeric_limits<double>::epsilon();
// Four factors, three products, a square root, a product with |A|.
constexpr double offdiag_digits = 4 * ulp;

std::int64_t quanta(const CentralSpin& s) {
  return static_cast<std::int64_t>(s.m);
}

/// (k+1)(N_b-k)(m-k)(N_c-m+k+1), exactly: up to 10^9 spins it stays below 2^127.
Wide exact_offdiag_square(const CentralSpin& s, std::int64_t k) {
  return static_cast<Wide>(k + 1) * (s.n_b - k) * (quanta(s) - k) * (s.n_c - quanta(s) + k + 1);
}

/// 16 times diag(k) for detunings and Ising couplings given in eighths, exactly.
Wide exact_diag_in_sixteenths(const CentralSpin& s, std::int64_t detuning_eighths, std::int64_t ising_eighths, std::int64_t k) {
  return static_cast<Wide>(k) *
         (2 * static_cast<Wide>(detuning_eighths) + 2 * static_cast<Wide>(ising_eighths) * (2 * (quanta(s) - k) - (s.n_c - s.n_b)));
}

std::vector<std::int64_t> some_levels(const CentralSpin& s, Random& random) {
  std::vector<std::int64_t> levels{0, s.dim() / 2, std::max<std::int64_t>(s.dim() - 2, 0), s.dim() - 1};
  for (int i = 0; i < 20; ++i) levels.push_back(random.integer(0, s.dim() - 1));
  return levels;
}

CentralSpin random_sizes(Random& random) {
  const auto size = [&] { return static_cast<std::int64_t>(std::exp(random.uniform(0, std::log(1e9)))); };
  CentralSpin s{.n_b = size(), .n_c = size()};
  s.m = static_cast<double>(random.integer(0, 1) == 0 ? s.n_c : random.integer(0, s.n_c));
  return s;
}

TEST(CentralSpin, DimensionCountsTheLevels) {
  for (std::int64_t n_b = 1; n_b <= 7; ++n_b) {
    for (std::int64_t n_c = 1; n_c <= 7; ++n_c) {
      for (std::int64_t m = 0; m <= n_c; ++m) {
        std::int64_t levels = 0;
        for (std::int64_t k = 0; k <= n_b; ++k) levels += k <= m ? 1 : 0;
        EXPECT_EQ((CentralSpin{.n_b = n_b, .n_c = n_c, .m = static_cast<double>(m)}.dim()), levels);
      }
    }
  }
  EXPECT_EQ(CentralSpin::resonant(CentralSpin::max_spins, CentralSpin::max_spins).dim(), CentralSpin::max_spins + 1);
}

TEST(CentralSpin, OffdiagIsExactToRounding) {
  Random random(1);
  for (int i = 0; i < 300; ++i) {
    CentralSpin s = random_sizes(random);
    s.coupling = random.uniform(-3, 3);
    for (const std::int64_t k : some_levels(s, random)) {
      if (k > s.dim() - 2) continue;
      const long double expected = std::abs(s.coupling) * std::sqrt(static_cast<long double>(exact_offdiag_square(s, k)));
      EXPECT_TRUE(within_relative(s.offdiag(k), static_cast<double>(expected), offdiag_digits)) << describe(s) << ", k = " << k;
    }
  }
}

TEST(CentralSpin, OffdiagVanishesOutsideTheChain) {
  const CentralSpin s{.n_b = 5, .n_c = 4, .m = 3};
  EXPECT_EQ(s.dim(), 4);
  EXPECT_GT(s.offdiag(2), 0);
  for (const std::int64_t k : {-1, 3, 4, 100}) EXPECT_EQ(s.offdiag(k), 0) << k;
}

TEST(CentralSpin, TheLargestSystemsDoNotOverflow) {
  const CentralSpin s = CentralSpin::resonant(CentralSpin::max_spins, CentralSpin::max_spins);
  const double n = static_cast<double>(CentralSpin::max_spins);
  // N_b = N_c = m = N: offdiag(k) = (k+1)(N-k)
  EXPECT_TRUE(within_relative(s.offdiag(CentralSpin::max_spins / 2), (n / 2 + 1) * (n / 2), offdiag_digits));
  EXPECT_TRUE(within_relative(s.offdiag(CentralSpin::max_spins - 1), n, offdiag_digits));
}

TEST(CentralSpin, DiagIsExactToRounding) {
  Random random(2);
  for (int i = 0; i < 300; ++i) {
    CentralSpin s = random_sizes(random);
    const std::int64_t detuning = random.integer(-40, 40), ising = random.integer(-40, 40);
    s.omega_b = 8;
    s.omega_c = 8 - static_cast<double>(detuning) / 8;
    s.ising = static_cast<double>(ising) / 8;
    for (const std::int64_t k : some_levels(s, random)) {
      const auto expected = static_cast<long double>(exact_diag_in_sixteenths(s, detuning, ising, k)) / 16;
      // Detuning and Ising term may cancel: what counts is rounding of the larger of them.
      const double larger = static_cast<double>(k) * (std::abs(static_cast<double>(detuning)) / 8 +
                                                      std::abs(s.ising) * (2 * s.m + static_cast<double>(s.n_b + s.n_c)));
      EXPECT_TRUE(within(s.diag(k), static_cast<double>(expected), 4 * ulp * larger)) << describe(s) << ", k = " << k;
    }
    EXPECT_EQ(s.diag(0), 0);
  }
}

TEST(CentralSpin, RabiIsTheFirstOffdiag) {
  EXPECT_EQ(CentralSpin::resonant(4, 4).rabi(), 4);
  EXPECT_TRUE(
      within_relative((CentralSpin{.n_b = 3, .n_c = 7, .m = 5, .coupling = -2}.rabi()), 2 * std::sqrt(45.0), offdiag_digits));
  EXPECT_EQ((CentralSpin{.n_b = 3, .n_c = 7, .m = 0}.rabi()), 0);
  EXPECT_EQ((CentralSpin{.n_b = 3, .n_c = 7, .m = 7, .coupling = 0}.rabi()), 0);
}

TEST(CentralSpin, ExtremeCouplingsKeepTheirDigits) {
  for (const double scale : {1e-150, 1e150, 1e-300}) {
    const CentralSpin s{.n_b = 3, .n_c = 7, .m = 5, .omega_b = scale, .omega_c = 3 * scale, .coupling = 2 * scale, .ising = scale};
    EXPECT_TRUE(within_relative(s.rabi() / scale, 2 * std::sqrt(45.0), 8 * ulp));
    // k (-2 + 2 (5 - k - 2)): the two terms cancel at k = 2 up to the rounding of scale and 3 scale.
    EXPECT_TRUE(within(s.diag(2) / scale, 0, 8 * ulp));
    EXPECT_TRUE(within_relative(s.diag(1) / scale, 2, 8 * ulp));
    const double one = CentralSpin{.n_b = 3, .n_c = 7, .m = 5, .coupling = 2}.transit_time();
    EXPECT_TRUE(within_relative(s.transit_time() * scale, one, 8 * ulp));
  }
}

TEST(CentralSpin, TransitTimeIsTheSumOverBonds) {
  Random random(3);
  for (int i = 0; i < 50; ++i) {
    CentralSpin s{.n_b = random.integer(1, 3000), .n_c = random.integer(1, 3000)};
    s.m = static_cast<double>(random.integer(1, s.n_c));
    s.coupling = random.uniform(-2, 2);
    long double sum = 0;
    for (std::int64_t k = 0; k + 1 < s.dim(); ++k) sum += 0.5L / std::sqrt(static_cast<long double>(exact_offdiag_square(s, k)));
    EXPECT_TRUE(within_relative(s.transit_time(), static_cast<double>(sum / std::abs(s.coupling)), 1e-14)) << describe(s);
  }
}

// N_b = N_c = m = N: T = sum 1/(2 (k+1)(N-k)) = H_N / (N+1) with the harmonic number H_N.
TEST(CentralSpin, TransitTimeOfEqualSizesIsAHarmonicNumber) {
  for (const std::int64_t n : {1, 2, 10, 1000, 1'000'000}) {
    long double harmonic = 0;
    for (std::int64_t k = n; k >= 1; --k) harmonic += 1.0L / static_cast<long double>(k);
    const auto expected = static_cast<double>(harmonic / static_cast<long double>(n + 1));
    EXPECT_TRUE(within_relative(CentralSpin::resonant(n, n).transit_time(), expected, 1e-13)) << n;
  }
}

TEST(CentralSpin, TransitTimeIsInfiniteWhereNothingMoves) {
  EXPECT_EQ((CentralSpin{.n_b = 3, .n_c = 3, .m = 0}.transit_time()), std::numeric_limits<double>::infinity());
  EXPECT_EQ((CentralSpin{.n_b = 3, .n_c = 3, .m = 3, .coupling = 0}.transit_time()), std::numeric_limits<double>::infinity());
}

// diag and offdiag of qbatt as they stand must have the spectrum of the isotropic Heisenberg model, at sizes no oracle reaches.
void expect_heisenberg_spectrum(std::int64_t n_b, std::int64_t n_c, std::int64_t m, double ising) {
  const CentralSpin s{
      .n_b = n_b, .n_c = n_c, .m = static_cast<double>(m), .omega_b = 3, .omega_c = 3, .coupling = 1, .ising = ising};
  SCOPED_TRACE(describe(s));
  std::vector<double> diagonal, offdiagonal;
  for (std::int64_t k = 0; k < s.dim(); ++k) diagonal.push_back(s.diag(k));
  for (std::int64_t k = 0; k + 1 < s.dim(); ++k) offdiagonal.push_back(s.offdiag(k));
  const std::vector<double> actual = tridiagonal_eigenvalues(diagonal, offdiagonal);
  std::vector<double> expected = closed::heisenberg_spectrum(n_b, n_c, m);
  for (double& value : expected) value = ising * value - closed::ising_energy_of_start(n_b, n_c, m, ising);
  std::ranges::sort(expected);
  ASSERT_EQ(actual.size(), expected.size());
  // dsterf is good to a few roundings of the norm a column; the levels are at least 2 apart, the norm is about (N_b + N_c)^2 / 2.
  const double norm = std::pow(static_cast<double>(n_b + n_c), 2) / 2;
  double worst = 0;
  for (std::size_t j = 0; j < expected.size(); ++j) worst = std::max(worst, std::abs(actual[j] - expected[j]));
  EXPECT_TRUE(at_most(worst, 4 * ulp * norm * std::sqrt(static_cast<double>(s.dim()))));
  EXPECT_TRUE(at_most(worst, 1e-3)) << "the comparison must tell neighboring levels apart";
}

TEST(CentralSpin, HeisenbergSpectrum) {
  Random random(4);
  for (int i = 0; i < 30; ++i) {
    const std::int64_t n_b = random.integer(1, 400), n_c = random.integer(1, 400);
    expect_heisenberg_spectrum(n_b, n_c, random.integer(0, n_c), 1);
    expect_heisenberg_spectrum(n_b, n_c, n_c, -1);
  }
}

TEST(CentralSpin, HeisenbergSpectrumOfTenThousandLevels) {
  expect_heisenberg_spectrum(9999, 9999, 9999, 1);
  expect_heisenberg_spectrum(9999, 12'345, 11'000, -1);
}

}  // namespace
}  // namespace qbatt::test
