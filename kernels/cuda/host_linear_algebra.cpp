#include <cblas.h>
#include <lapacke.h>

#include "kernels/cuda/linear_algebra.hpp"

// LinearAlgebra by LAPACK and BLAS, for the pipeline compiled for the host: dsyevd stands in for syevjBatched, dsyev for
// XsyevBatched.
namespace qbatt::cuda {

struct LinearAlgebra::Implementation {
  DenseRoutine routine;
};

LinearAlgebra::LinearAlgebra(DenseRoutine routine, const Stream&) : implementation_(std::make_unique<Implementation>(routine)) {}

LinearAlgebra::~LinearAlgebra() = default;

// LAPACKE allocates for itself; a workspace of the size that a GPU would want exercises the planning.
std::size_t LinearAlgebra::workspace_bytes(index n, index count) const {
  return static_cast<std::size_t>(n * n * count) * sizeof(double);
}

void LinearAlgebra::diagonalize(index n, index count, double* matrices, double* eigenvalues, int* info, void*, std::size_t) const {
  const auto order = static_cast<lapack_int>(n);
  for (index i = 0; i < count; ++i) {
    double* const a = matrices + i * n * n;
    double* const w = eigenvalues + i * n;
    info[i] = implementation_->routine == DenseRoutine::syev ? LAPACKE_dsyev(LAPACK_COL_MAJOR, 'V', 'L', order, a, order, w)
                                                             : LAPACKE_dsyevd(LAPACK_COL_MAJOR, 'V', 'L', order, a, order, w);
  }
}

void LinearAlgebra::multiply(index m, index n, index k, const double* const* a, const double* const* b, bool by_levels,
                             double* const* c, index count) const {
  for (index i = 0; i < count; ++i) {
    cblas_dgemm(CblasColMajor, CblasNoTrans, by_levels ? CblasNoTrans : CblasTrans, static_cast<int>(m), static_cast<int>(n),
                static_cast<int>(k), 1.0, a[i], static_cast<int>(m), b[i], static_cast<int>(by_levels ? k : n), 0.0, c[i],
                static_cast<int>(m));
  }
}

}  // namespace qbatt::cuda
