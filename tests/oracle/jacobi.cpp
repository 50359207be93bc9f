#include "oracle/jacobi.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <stdexcept>

namespace qbatt::test {
namespace {

struct Rotation {
  double cosine, sine;
};

// The one that brings a_pq to zero by the smaller of the two angles; Golub and Van Loan, Matrix Computations, section 8.5.2.
Rotation annihilating(double a_pp, double a_pq, double a_qq) {
  const double tau = (a_qq - a_pp) / (2 * a_pq);
  const double t = std::copysign(1.0, tau) / (std::abs(tau) + std::hypot(1.0, tau));
  const double cosine = 1 / std::hypot(1.0, t);
  return {cosine, t * cosine};
}

void rotate(double& x, double& y, const Rotation& r) {
  const double old = x;
  x = r.cosine * old - r.sine * y;
  y = r.sine * old + r.cosine * y;
}

/// Rotates every pair whose coupling is not negligible; false where there was none.
bool sweep(std::size_t n, std::vector<double>& a, std::vector<double>& vectors, double negligible) {
  bool changed = false;
  for (std::size_t p = 0; p < n; ++p) {
    for (std::size_t q = p + 1; q < n; ++q) {
      if (std::abs(a[q * n + p]) <= negligible) continue;
      const Rotation r = annihilating(a[p * n + p], a[q * n + p], a[q * n + q]);
      for (std::size_t i = 0; i < n; ++i) rotate(a[p * n + i], a[q * n + i], r);
      for (std::size_t i = 0; i < n; ++i) rotate(a[i * n + p], a[i * n + q], r);
      for (std::size_t i = 0; i < n; ++i) rotate(vectors[p * n + i], vectors[q * n + i], r);
      changed = true;
    }
  }
  return changed;
}

}  // namespace

SymmetricEigen jacobi_eigen(std::size_t n, std::vector<double> matrix) {
  std::vector<double> vectors(n * n);
  for (std::size_t i = 0; i < n; ++i) vectors[i * n + i] = 1;
  const double norm = std::sqrt(std::inner_product(matrix.begin(), matrix.end(), matrix.begin(), 0.0));
  constexpr int most_sweeps = 60;
  int sweeps = 0;
  while (sweep(n, matrix, vectors, 1e-18 * norm))
    if (++sweeps == most_sweeps) throw std::runtime_error("Jacobi rotations do not converge");
  std::vector<std::size_t> order(n);
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::sort(order, {}, [&](std::size_t j) { return matrix[j * n + j]; });
  SymmetricEigen result;
  for (const std::size_t j : order) {
    result.values.push_back(matrix[j * n + j]);
    result.vectors.insert(result.vectors.end(), vectors.begin() + static_cast<std::ptrdiff_t>(j * n),
                          vectors.begin() + static_cast<std::ptrdiff_t>((j + 1) * n));
  }
  return result;
}

}  // namespace qbatt::test
