#include "cpu/dense/singular_values.hpp"

#include <algorithm>
#include <string>

#include "cpu/dense/lapack.hpp"
#include "model/numerical_error.hpp"
#include "qbatt/errors.hpp"

namespace qbatt::cpu {

namespace {

/// Some versions of OpenBLAS (0.3.21 for one) read a few elements of a row beyond the last column, which may be beyond all memory:
/// there is room for so many columns more.
constexpr std::size_t spare_columns = 8;

/// The matrix, or its transpose where that is higher than wide: its singular values are the same, and LAPACK reads along columns.
std::vector<std::complex<double>> as_tall_matrix(std::span<const std::complex<double>> matrix, std::size_t rows,
                                                 std::size_t columns) {
  const std::size_t height = std::max(rows, columns);
  std::vector<std::complex<double>> tall((std::min(rows, columns) + spare_columns) * height);
  for (std::size_t column = 0; column < columns; ++column)
    for (std::size_t row = 0; row < rows; ++row)
      tall[rows >= columns ? column * height + row : row * height + column] = matrix[column * rows + row];
  return tall;
}

}  // namespace

std::vector<double> singular_values(std::span<const std::complex<double>> matrix, std::size_t rows, std::size_t columns) {
  const Lapack& lapack = Lapack::get();
  if (!lapack.why_absent.empty()) throw BackendError("LAPACK does not open: " + lapack.why_absent);
  require_room(4 * matrix.size());
  std::vector<std::complex<double>> tall = as_tall_matrix(matrix, rows, columns);
  std::vector<double> values(std::min(rows, columns));
  const auto height = static_cast<int>(std::max(rows, columns));
  const auto width = static_cast<int>(values.size());
  const int no_vectors = 1;
  std::vector<double> real_work(7 * values.size());
  std::vector<int> whole_work(8 * values.size());
  std::complex<double> none;
  int info = 0;
  const auto decompose = [&](std::complex<double>* work, int size) {
    lapack.zgesdd("N", &height, &width, tall.data(), &height, values.data(), &none, &no_vectors, &none, &no_vectors, work, &size,
                  real_work.data(), whole_work.data(), &info, 1);
  };
  std::complex<double> best_size;
  decompose(&best_size, -1);
  const int work_size = std::max(1, static_cast<int>(best_size.real()));
  std::vector<std::complex<double>> work(static_cast<std::size_t>(work_size) + spare_columns * static_cast<std::size_t>(height));
  decompose(work.data(), work_size);
  if (info != 0) throw NumericalError(Failure::lapack, "LAPACK zgesdd failed with info = " + std::to_string(info));
  return values;
}

}  // namespace qbatt::cpu
