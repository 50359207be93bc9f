#pragma once

#include <vector>

namespace qbatt {

/// Eigenvalues of a tridiagonal matrix and the squares of the first components of its eigenvectors: nodes and weights of Gauss's
/// quadrature for the distribution of e_0. In the order in which they are found.
struct GaussQuadrature {
  std::vector<double> nodes;
  std::vector<double> weights;
};

/// Shapes: diag[n], offdiag[n], whose last entry is not read. Golub and Welsch: the implicit QL algorithm, of the vectors the first
/// components only, O(n^2). Throws NumericalError where it does not converge.
GaussQuadrature gauss_quadrature(std::vector<double> diag, std::vector<double> offdiag);

}  // namespace qbatt
