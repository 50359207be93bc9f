#pragma once

#include <cstddef>
#include <memory>

#include "kernels/cuda/runtime.hpp"
#include "qbatt/solve.hpp"

namespace qbatt::cuda {

/// What the pipeline calls libraries for, on device memory, in the order of a stream: cuSOLVER on a GPU, LAPACK where the pipeline
/// is compiled for the host. Matrices are column-major.
class LinearAlgebra {
public:
  /// `stream` must outlive this. Throws BackendError.
  LinearAlgebra(DenseRoutine routine, const Stream& stream);
  ~LinearAlgebra();
  LinearAlgebra(const LinearAlgebra&) = delete;
  LinearAlgebra& operator=(const LinearAlgebra&) = delete;

  /// Bytes of device memory that diagonalize() takes as workspace for `count` matrices of n x n; a value that no memory holds where
  /// the routine cannot take so many at once.
  [[nodiscard]] std::size_t workspace_bytes(index n, index count) const;

  /// All eigenpairs of `count` symmetric matrices, one behind the other in matrices[count][n][n], both triangles filled. They are
  /// replaced by their eigenvectors (columns); eigenvalues[count][n] ascend in each; info[count] is 0 where a matrix converged.
  void diagonalize(index n, index count, double* matrices, double* eigenvalues, int* info, void* workspace,
                   std::size_t bytes) const;

private:
  struct Implementation;
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace qbatt::cuda
