#pragma once

#include <cblas.h>

#include <complex>
#include <cstddef>
#include <string>

namespace qbatt::cpu {

/// What `dense` and the states of coherent chargers need of LAPACK and BLAS. OpenBLAS, which holds both, is opened when it is first
/// asked for: loaded with the program, it would set aside memory and wake threads in every process, whether or not that ever meets
/// a dense matrix.
struct Lapack {
  /// As Fortran has it: the last arguments are the lengths of its texts.
  using Dsyevd = void(const char* jobz, const char* uplo, const int* n, double* a, const int* lda, double* w, double* work,
                      const int* lwork, int* iwork, const int* liwork, int* info, std::size_t, std::size_t);
  using Zgesdd = void(const char* jobz, const int* m, const int* n, std::complex<double>* a, const int* lda, double* s,
                      std::complex<double>* u, const int* ldu, std::complex<double>* vt, const int* ldvt,
                      std::complex<double>* work, const int* lwork, double* rwork, int* iwork, int* info, std::size_t);

  Dsyevd* dsyevd = nullptr;
  Zgesdd* zgesdd = nullptr;
  decltype(&cblas_daxpy) daxpy = nullptr;
  decltype(&cblas_dnrm2) dnrm2 = nullptr;
  decltype(&cblas_dgemm) dgemm = nullptr;
  std::string why_absent;  ///< in words; empty where all are there

  /// Opened by whoever comes first; the same for the life of the process.
  static const Lapack& get();
};

/// Throws std::bad_alloc where the address space has no room for a matrix of so many doubles and what OpenBLAS takes beside it,
/// which waits for ever where it gets none.
void require_room(std::size_t doubles);

}  // namespace qbatt::cpu
