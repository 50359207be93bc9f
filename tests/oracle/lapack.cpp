#include "oracle/lapack.hpp"

#include <lapacke.h>

#include <stdexcept>
#include <string>

extern "C" void openblas_set_num_threads(int threads);

namespace qbatt::test {
namespace {

// Threads that wait for each other over matrices this small cost more than they save.
[[maybe_unused]] const bool one_thread = [] {
  openblas_set_num_threads(1);
  return true;
}();

void check(lapack_int info, const char* routine) {
  if (info != 0) throw std::runtime_error(std::string(routine) + ": info = " + std::to_string(info));
}

}  // namespace

SymmetricEigen symmetric_eigen(std::size_t n, std::vector<double> matrix) {
  SymmetricEigen result{.values = std::vector<double>(n), .vectors = std::move(matrix)};
  const auto order = static_cast<lapack_int>(n);
  check(LAPACKE_dsyevd(LAPACK_COL_MAJOR, 'V', 'U', order, result.vectors.data(), order, result.values.data()), "dsyevd");
  return result;
}

// Through the real symmetric matrix [[Re, -Im], [Im, Re]], which has every eigenvalue twice: the complex matrix-vector product of
// OpenBLAS 0.3.21, which zheevd calls, reads past the end of its arrays.
std::vector<double> hermitian_eigenvalues(std::size_t n, const std::vector<std::complex<double>>& matrix) {
  const std::size_t twice = 2 * n;
  std::vector<double> real(twice * twice);
  for (std::size_t j = 0; j < n; ++j) {
    for (std::size_t i = 0; i < n; ++i) {
      const std::complex<double> h = matrix[j * n + i];
      real[j * twice + i] = real[(j + n) * twice + i + n] = h.real();
      real[j * twice + i + n] = h.imag();
      real[(j + n) * twice + i] = -h.imag();
    }
  }
  std::vector<double> doubled(twice);
  const auto order = static_cast<lapack_int>(twice);
  check(LAPACKE_dsyevd(LAPACK_COL_MAJOR, 'N', 'U', order, real.data(), order, doubled.data()), "dsyevd");
  std::vector<double> values(n);
  for (std::size_t i = 0; i < n; ++i) values[i] = 0.5 * (doubled[2 * i] + doubled[2 * i + 1]);
  return values;
}

std::vector<double> tridiagonal_eigenvalues(std::vector<double> diagonal, std::vector<double> offdiagonal) {
  check(LAPACKE_dsterf(static_cast<lapack_int>(diagonal.size()), diagonal.data(), offdiagonal.data()), "dsterf");
  return diagonal;
}

}  // namespace qbatt::test
