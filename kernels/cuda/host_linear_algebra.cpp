#include <lapacke.h>

#include "kernels/cuda/linear_algebra.hpp"

// LinearAlgebra by LAPACK, for the pipeline compiled for the host: dsyevd stands in for syevjBatched, dsyev for
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

}  // namespace qbatt::cuda
