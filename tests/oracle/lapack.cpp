#include "oracle/lapack.hpp"

#include <stdexcept>
#include <string>

// Without these the header declares its complex arguments in C99's type, which C++ cannot convert to.
#define LAPACK_COMPLEX_CUSTOM
#define lapack_complex_float std::complex<float>
#define lapack_complex_double std::complex<double>
#include <lapacke.h>

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

std::vector<double> hermitian_eigenvalues(std::size_t n, std::vector<std::complex<double>> matrix) {
  std::vector<double> values(n);
  const auto order = static_cast<lapack_int>(n);
  check(LAPACKE_zheevd(LAPACK_COL_MAJOR, 'N', 'U', order, matrix.data(), order, values.data()), "zheevd");
  return values;
}

std::vector<double> tridiagonal_eigenvalues(std::vector<double> diagonal, std::vector<double> offdiagonal) {
  check(LAPACKE_dsterf(static_cast<lapack_int>(diagonal.size()), diagonal.data(), offdiagonal.data()), "dsterf");
  return diagonal;
}

}  // namespace qbatt::test
