#include "chain/gauss_quadrature.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "support/comparisons.hpp"
#include "support/random_systems.hpp"

namespace qbatt::test {
namespace {

/// sum_j w_j lambda_j^power
double moment(const GaussQuadrature& q, int power) {
  double sum = 0.0;
  for (std::size_t j = 0; j < q.nodes.size(); ++j) sum += q.weights[j] * std::pow(q.nodes[j], power);
  return sum;
}

/// (H^power)_00, by multiplying.
double start_element(const std::vector<double>& diag, const std::vector<double>& offdiag, int power) {
  std::vector<double> v(diag.size(), 0.0);
  v[0] = 1.0;
  for (; power > 0; --power) {
    std::vector<double> w(v.size(), 0.0);
    for (std::size_t k = 0; k < v.size(); ++k)
      w[k] = diag[k] * v[k] + (k > 0 ? offdiag[k - 1] * v[k - 1] : 0.0) + (k + 1 < v.size() ? offdiag[k] * v[k + 1] : 0.0);
    v = w;
  }
  return v[0];
}

TEST(GaussQuadrature, HasTheMomentsOfTheMatrix) {
  Random random(65);
  for (const std::size_t n : {1U, 2U, 3U, 10U, 192U}) {
    std::vector<double> diag(n), offdiag(n);
    std::ranges::generate(
        diag, [&] { return random.uniform(-0.5, 0.5); });
    std::ranges::generate(offdiag, [&] { return random.uniform(0.01, 0.5); });
    const GaussQuadrature q = gauss_quadrature(diag, offdiag);
    ASSERT_EQ(q.nodes.size(), n);
    for (int power = 0; power <= 12; ++power)
      EXPECT_TRUE(within(moment(q, power), start_element(diag, offdiag, power), 1e-13)) << n << " nodes, moment " << power;
  }
}

// The matrix of x in the basis of Legendre polynomials: its nodes for n = 3 are 0 and +-(3/5)^(1/2), its weights 4/9 and 5/18.
TEST(GaussQuadrature, IsGaussLegendre) {
  const GaussQuadrature q = gauss_quadrature({0, 0, 0}, {std::sqrt(1.0 / 3), std::sqrt(4.0 / 15), 0});
  for (std::size_t j = 0; j < 3; ++j) {
    const bool middle = std::abs(q.nodes[j]) < 0.1;
    EXPECT_TRUE(within(std::abs(q.nodes[j]), middle ? 0.0 : std::sqrt(0.6), 1e-15));
    EXPECT_TRUE(within(q.weights[j], middle ? 4.0 / 9 : 5.0 / 18, 1e-15));
  }
}

TEST(GaussQuadrature, TakesMatricesThatFallApartAndHugeOnes) {
  const GaussQuadrature apart = gauss_quadrature({1, 2, 3}, {0, 1, 0});
  EXPECT_TRUE(within(moment(apart, 1), 1.0, 1e-15));
  const GaussQuadrature huge = gauss_quadrature({0, 1e150, 3e150}, {1, 2, 0});
  EXPECT_TRUE(within(moment(huge, 0), 1.0, 1e-14));
}

}  // namespace
}  // namespace qbatt::test
