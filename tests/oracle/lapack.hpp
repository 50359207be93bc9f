#pragma once

#include <complex>
#include <cstddef>
#include <vector>

/// The three LAPACK drivers the oracles need. Matrices are n x n, column-major. All throw std::runtime_error where LAPACK reports
/// anything but success. Where there is no LAPACK, symmetric_eigen is jacobi_eigen, and the others are not there.
namespace qbatt::test {

struct SymmetricEigen {
  std::vector<double> values;   ///< ascending
  std::vector<double> vectors;  ///< [column j][row i]: component i of eigenvector j at j n + i
};

/// All eigenpairs of a real symmetric matrix (dsyevd).
SymmetricEigen symmetric_eigen(std::size_t n, std::vector<double> matrix);

/// The eigenvalues of a complex Hermitian matrix, ascending (dsyevd on a real matrix of twice the size).
std::vector<double> hermitian_eigenvalues(std::size_t n, const std::vector<std::complex<double>>& matrix);

/// The eigenvalues of a symmetric tridiagonal matrix, ascending (dsterf).
std::vector<double> tridiagonal_eigenvalues(std::vector<double> diagonal, std::vector<double> offdiagonal);

}  // namespace qbatt::test
