#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <vector>

#include "cpu/aligned_doubles.hpp"
#include "cpu/isa/isa.hpp"
#include "kernels/ergotropy.hpp"
#include "kernels/implicit_ql.hpp"
#include "oracle/jacobi.hpp"
#include "support/comparisons.hpp"
#include "support/random_systems.hpp"

// Systems of a few levels: eigenpairs by implicit QL, as plain doubles and as lanes, and sorting by a network.
namespace qbatt::test {
namespace {

struct Matrix {
  std::vector<double> diag;
  std::vector<double> offdiag;  // as many, the last one 0

  [[nodiscard]] std::size_t dim() const { return diag.size(); }
};

enum class Shape { random, graded, split, constant_diagonal };

Matrix matrix_of(Random& random, std::size_t dim, Shape shape) {
  Matrix m{std::vector<double>(dim), std::vector<double>(dim)};
  for (std::size_t k = 0; k < dim; ++k) {
    const double size = shape == Shape::graded ? std::pow(10.0, -0.5 * static_cast<double>(k)) : 1.0;
    m.diag[k] = shape == Shape::constant_diagonal ? 0.0 : size * random.uniform(-3.0, 3.0);
    const bool cut = shape == Shape::split && k % 3 == 2;
    m.offdiag[k] = k + 1 == dim || cut ? 0.0 : size * random.uniform(0.1, 2.0);
  }
  return m;
}

std::vector<Matrix> matrices(std::size_t dim, std::size_t count) {
  Random random(71);
  std::vector<Matrix> result;
  for (std::size_t i = 0; i < count; ++i) result.push_back(matrix_of(random, dim, static_cast<Shape>(i % 4)));
  return result;
}

std::vector<double> eigenvalues_by_jacobi(const Matrix& m) {
  const std::size_t n = m.dim();
  std::vector<double> full(n * n, 0.0);
  for (std::size_t k = 0; k < n; ++k) {
    full[k * n + k] = m.diag[k];
    if (k + 1 < n) full[k * n + k + 1] = full[(k + 1) * n + k] = m.offdiag[k];
  }
  std::vector<double> values = jacobi_eigen(n, full).values;
  std::ranges::sort(values);
  return values;
}

/// Eigenvalues agree, vectors are orthogonal and solve their equations, to rounding.
void expect_eigenpairs(const Matrix& m, const std::vector<double>& lambda, const std::vector<double>& vectors) {
  const std::size_t n = m.dim();
  const double tolerance = 1e-15 * 10.0 * static_cast<double>(n + 4);  // of a matrix of norm up to 7, after some n^2 rotations
  std::vector<double> ascending = lambda;
  std::ranges::sort(ascending);
  const std::vector<double> expected = eigenvalues_by_jacobi(m);
  for (std::size_t i = 0; i < n; ++i) {
    EXPECT_TRUE(within(ascending[i], expected[i], tolerance));
    for (std::size_t j = 0; j < n; ++j) {
      double product = 0.0;
      for (std::size_t k = 0; k < n; ++k) product += vectors[i * n + k] * vectors[j * n + k];
      EXPECT_TRUE(within(product, i == j ? 1.0 : 0.0, tolerance));
    }
    for (std::size_t k = 0; k < n; ++k) {
      const double* const v = &vectors[i * n];
      double product = (m.diag[k] - lambda[i]) * v[k];
      product += k > 0 ? m.offdiag[k - 1] * v[k - 1] : 0.0;
      product += k + 1 < n ? m.offdiag[k] * v[k + 1] : 0.0;
      EXPECT_TRUE(within(product, 0.0, tolerance));
    }
  }
}

TEST(SmallSystems, ImplicitQlFindsAllEigenpairs) {
  for (const std::size_t dim : {1U, 2U, 3U, 7U, 16U, 32U}) {
    for (const Matrix& m : matrices(dim, 8)) {
      Matrix work = m;
      std::vector<double> vectors(dim * dim, 0.0);
      for (std::size_t k = 0; k < dim; ++k) vectors[k * dim + k] = 1.0;
      kernels::ImplicitQl<double> ql({static_cast<int>(dim), 1, work.diag.data(), work.offdiag.data(), vectors.data()});
      EXPECT_EQ(ql.run(), 1.0);
      expect_eigenpairs(m, work.diag, vectors);
    }
  }
}

/// One group of matrices, one a lane, as a kernel set diagonalizes them.
struct Group {
  std::size_t lanes;
  std::size_t dim;
  cpu::AlignedDoubles storage;
  cpu::SmallChains chains{};
  cpu::SmallPairs pairs{};

  Group(const cpu::KernelSet& set, const std::vector<Matrix>& m)
      : lanes(static_cast<std::size_t>(set.small_lanes)), dim(m[0].dim()), storage((dim * (dim + 7) + 2) * lanes) {
    double* next = storage.get();
    const auto take = [&](std::size_t entries) { return std::exchange(next, next + entries * lanes); };
    double* const diag = take(dim);
    double* const offdiag = take(dim);
    double* const size = take(dim);
    for (std::size_t e = 0; e < dim * lanes; ++e) {
      diag[e] = m[e % lanes].diag[e / lanes];
      offdiag[e] = m[e % lanes].offdiag[e / lanes];
      size[e] = std::abs(diag[e]);
    }
    chains = {.dim = static_cast<kernels::index>(dim), .diag = diag, .diag_size = size, .offdiag = offdiag};
    pairs = {.chains = &chains,
             .lambda = take(dim),
             .vectors = take(dim * dim),
             .residual = take(dim),
             .residual_rounding = take(dim),
             .start_defect = take(1),
             .converged = take(1),
             .scratch = take(dim)};
    set.diagonalize_small(pairs);
  }

  [[nodiscard]] std::vector<double> of_lane(const double* array, std::size_t entries, std::size_t lane) const {
    std::vector<double> values(entries);
    for (std::size_t e = 0; e < entries; ++e) values[e] = array[e * lanes + lane];
    return values;
  }
};

TEST(SmallSystems, LanesAreDiagonalizedEachOnItsOwn) {
  for (const cpu::KernelSet* set : cpu::kernel_sets()) {
    if (!set->supported()) continue;
    SCOPED_TRACE(set->name);
    for (const std::size_t dim : {2U, 5U, 32U}) {
      const std::vector<Matrix> mixed = matrices(dim, static_cast<std::size_t>(set->small_lanes));
      const Group group(*set, mixed);
      for (std::size_t lane = 0; lane < mixed.size(); ++lane) {
        EXPECT_EQ(group.pairs.converged[lane], 1.0);
        EXPECT_TRUE(at_most(group.pairs.start_defect[lane], 1e-13));
        const std::vector<double> lambda = group.of_lane(group.pairs.lambda, dim, lane);
        const std::vector<double> vectors = group.of_lane(group.pairs.vectors, dim * dim, lane);
        expect_eigenpairs(mixed[lane], lambda, vectors);
        const Group alone(*set, std::vector<Matrix>(mixed.size(), mixed[lane]));
        EXPECT_EQ(alone.of_lane(alone.pairs.lambda, dim, lane), lambda);
        EXPECT_EQ(alone.of_lane(alone.pairs.vectors, dim * dim, lane), vectors);
      }
    }
  }
}

TEST(SmallSystems, ANumberThatIsNoneDoesNotHang) {
  Matrix m{{0.0, std::nan(""), 1.0}, {1.0, 1.0, 0.0}};
  std::vector<double> vectors(9, 0.0);
  kernels::ImplicitQl<double> ql({3, 1, m.diag.data(), m.offdiag.data(), vectors.data()});
  ql.run();
  EXPECT_TRUE(std::ranges::any_of(m.diag, [](double lambda) { return std::isnan(lambda); }));
}

TEST(SmallSystems, TheNetworkSorts) {
  Random random(72);
  for (std::size_t count = 0; count <= 40; ++count) {
    for (int repetition = 0; repetition < 20; ++repetition) {
      std::vector<double> values(count);
      for (double& value : values) value = static_cast<double>(random.integer(0, 20));
      std::vector<double> expected = values;
      std::ranges::sort(expected, std::greater<>());
      kernels::sort_descending<double>(values.data(), static_cast<kernels::index>(count), 1);
      EXPECT_EQ(values, expected);
    }
  }
}

}  // namespace
}  // namespace qbatt::test
