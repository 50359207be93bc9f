#include "oracle/jacobi.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>

#include "support/comparisons.hpp"

namespace qbatt::test {
namespace {

std::vector<double> random_symmetric(std::size_t n) {
  std::mt19937_64 generator(n);
  std::uniform_real_distribution<double> entry(-1, 1);
  std::vector<double> a(n * n);
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = 0; j <= i; ++j) a[i * n + j] = a[j * n + i] = entry(generator);
  return a;
}

TEST(Jacobi, KnowsTwoLevels) {
  const SymmetricEigen eigen = jacobi_eigen(2, {1, 2, 2, 1});
  EXPECT_TRUE(within(eigen.values[0], -1, 1e-15));
  EXPECT_TRUE(within(eigen.values[1], 3, 1e-15));
  EXPECT_TRUE(within(std::abs(eigen.vectors[2]), std::sqrt(0.5), 1e-15));
  EXPECT_TRUE(within(eigen.vectors[0], -eigen.vectors[1], 1e-15));
}

// A V = V diag(values), V orthogonal, values ascending.
TEST(Jacobi, SolvesRandomMatrices) {
  for (const std::size_t n : {1U, 2U, 3U, 17U, 60U}) {
    const std::vector<double> a = random_symmetric(n);
    const SymmetricEigen eigen = jacobi_eigen(n, a);
    const auto product = [n](const double* x, const double* y) {
      double sum = 0;
      for (std::size_t i = 0; i < n; ++i) sum += x[i] * y[i];
      return sum;
    };
    for (std::size_t j = 0; j < n; ++j) {
      const double* v = eigen.vectors.data() + j * n;
      for (std::size_t i = 0; i < n; ++i) {
        EXPECT_TRUE(within(product(a.data() + i * n, v), eigen.values[j] * v[i], 1e-13)) << n;
        EXPECT_TRUE(within(product(eigen.vectors.data() + i * n, v), i == j ? 1 : 0, 1e-13)) << n;
      }
    }
    EXPECT_TRUE(std::ranges::is_sorted(eigen.values)) << n;
  }
}

}  // namespace
}  // namespace qbatt::test
