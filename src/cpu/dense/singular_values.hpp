#pragma once

#include <complex>
#include <cstddef>
#include <vector>

namespace qbatt::cpu {

/// The singular values of a column-major matrix, [columns][rows], falling; it is overwritten. Each is right to a few roundings of
/// the largest. Throws NumericalError, and BackendError where there is no LAPACK.
std::vector<double> singular_values(std::vector<std::complex<double>>& matrix, std::size_t rows, std::size_t columns);

}  // namespace qbatt::cpu
