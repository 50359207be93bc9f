#pragma once

#include "oracle/lapack.hpp"

namespace qbatt::test {

/// All eigenpairs of a real symmetric matrix (n x n, column-major) by cyclic Jacobi rotations: what the oracles use where there is
/// no LAPACK. Good for a few hundred rows.
SymmetricEigen jacobi_eigen(std::size_t n, std::vector<double> matrix);

}  // namespace qbatt::test
