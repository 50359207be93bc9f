#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "cpu/spectral/eigenpairs.hpp"
#include "oracle/tridiagonal_oracle.hpp"
#include "support/comparisons.hpp"
#include "support/random_systems.hpp"

namespace qbatt::test {
namespace {

/// The eigenvalues found, with their mirror images where only lambda >= 0 is held, ascending.
std::vector<double> all_found(const cpu::SpectralChain& chain) {
  std::vector<double> found = cpu::find_eigenvalues(chain, {}).lambda;
  if (chain.data().constant_diagonal) {
    const std::size_t held = found.size();
    for (std::size_t i = 0; i < held; ++i)
      if (found[i] != 0.0) found.push_back(-found[i]);
  }
  std::ranges::sort(found);
  return found;
}

TEST(FindEigenvalues, FindsTheWholeSpectrumOfShortChains) {
  for (const CentralSpin& system : random_systems(21, 120, 40)) {
    const cpu::SpectralChain chain(chain_of(system));
    const std::vector<double> found = all_found(chain);
    std::vector<double> expected = TridiagonalOracle(system).eigenvalues();
    // Pairs without any weight may be left out, so every found one must be there, in order and at most once.
    ASSERT_LE(found.size(), expected.size()) << describe(system);
    std::size_t at = 0;
    for (const double lambda : found) {
      while (at < expected.size() && expected[at] / system.rabi() < lambda - 1e-12 * chain.matrix_bound()) ++at;
      ASSERT_LT(at, expected.size()) << describe(system);
      EXPECT_TRUE(within(lambda, expected[at] / system.rabi(), 1e-12 * chain.matrix_bound())) << describe(system);
      ++at;
    }
  }
}

TEST(FindEigenvalues, WeightsSumToOne) {
  for (const CentralSpin& system : random_systems(22, 60, 400)) {
    const cpu::SpectralChain chain(chain_of(system));
    if (std::abs(system.ising) > std::abs(system.coupling) && !chain.data().folded)
      continue;  // doublets: the certificate decides there
    const auto pairs = cpu::measure_pairs(chain, cpu::find_eigenvalues(chain, {}), {});
    double sum = 0.0;
    for (std::size_t j = 0; j < static_cast<std::size_t>(pairs.count); ++j) sum += pairs.copies[j] * pairs.weight[j];
    EXPECT_TRUE(within(sum, 1.0, 1e-12)) << describe(system);
  }
}

/// H_I = 2 A S.J: eigenvalue of total spin j less <0|H_I|0>, in units of a_0 (A = 1). Twice the spins are integers.
double heisenberg(const CentralSpin& system, std::int64_t twice_j) {
  const auto casimir = [](double twice) { return 0.25 * twice * (twice + 2.0); };
  const auto n_b = static_cast<double>(system.n_b);
  const auto n_c = static_cast<double>(system.n_c);
  const double start = -n_b * (static_cast<double>(system.m) - 0.5 * n_c);  // 2 S^z J^z, S^z = -N_b/2
  return (casimir(static_cast<double>(twice_j)) - casimir(n_b) - casimir(n_c) - start) / system.rabi();
}

/// Those with a weight above 1e-27, ascending: at the edges of the window, lighter ones are left out here and there.
std::vector<double> eigenvalues_that_matter(const cpu::SpectralChain& chain) {
  const auto pairs = cpu::measure_pairs(chain, cpu::find_eigenvalues(chain, {}), {});
  std::vector<double> result;
  for (std::size_t j = 0; j < static_cast<std::size_t>(pairs.count); ++j)
    if (pairs.weight[j] > 1e-27) result.push_back(pairs.lambda[j]);
  std::ranges::sort(result);
  return result;
}

struct HeisenbergCase {
  std::int64_t n_b, n_c, m;
};

class Heisenberg : public testing::TestWithParam<HeisenbergCase> {};

// Delta = A with omega_b = omega_c is the isotropic point: j from max(|s - i|, |M|) to s + i.
TEST_P(Heisenberg, SpectrumIsThatOfTheTotalSpin) {
  const auto [n_b, n_c, m] = GetParam();
  CentralSpin system{n_b, n_c, static_cast<double>(m), 1, 1, 1, 1};
  const cpu::SpectralChain chain(chain_of(system));
  std::vector<double> found = eigenvalues_that_matter(chain);
  ASSERT_GT(found.size(), 3U);
  const std::int64_t lowest = std::max(std::abs(n_b - n_c), std::abs(2 * m - n_b - n_c));
  std::int64_t twice_j = lowest;  // pairs at the ends may be left out, but the found ones follow each other without a gap
  while (heisenberg(system, twice_j) + heisenberg(system, twice_j + 2) < 2.0 * found.front()) twice_j += 2;
  const double tolerance = 1e-14 * chain.matrix_bound();  // the entries of H are rounded to a few 1e-16
  for (const double lambda : found) {
    EXPECT_TRUE(within(lambda, heisenberg(system, twice_j), tolerance)) << "2j = " << twice_j;
    twice_j += 2;
  }
  EXPECT_LE(twice_j - 2, n_b + n_c);
}

INSTANTIATE_TEST_SUITE_P(Sizes, Heisenberg,
                         testing::Values(HeisenbergCase{10, 10, 10}, HeisenbergCase{20, 33, 25}, HeisenbergCase{300, 300, 300},
                                         HeisenbergCase{500, 700, 600}, HeisenbergCase{2000, 2000, 2000},
                                         HeisenbergCase{2000, 2001, 2001}, HeisenbergCase{9999, 9999, 9999},
                                         HeisenbergCase{9999, 12000, 11000}));

}  // namespace
}  // namespace qbatt::test
