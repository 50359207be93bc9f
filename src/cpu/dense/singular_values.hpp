#pragma once

#include <complex>
#include <cstddef>
#include <span>
#include <vector>

namespace qbatt::cpu {

/// The singular values of a column-major matrix, [columns][rows], falling. Each is right to a few roundings of the largest. Throws
/// NumericalError, and BackendError where there is no LAPACK.
std::vector<double> singular_values(std::span<const std::complex<double>> matrix, std::size_t rows, std::size_t columns);

}  // namespace qbatt::cpu
