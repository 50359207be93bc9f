#include "cpu/dense/singular_values.hpp"

#include <algorithm>
#include <string>

#include "cpu/dense/lapack.hpp"
#include "model/numerical_error.hpp"
#include "qbatt/errors.hpp"

namespace qbatt::cpu {

std::vector<double> singular_values(std::vector<std::complex<double>>& matrix, std::size_t rows, std::size_t columns) {
  const Lapack& lapack = Lapack::get();
  if (!lapack.why_absent.empty()) throw BackendError("LAPACK does not open: " + lapack.why_absent);
  require_room(2 * matrix.size());
  std::vector<double> values(std::min(rows, columns));
  const auto height = static_cast<int>(rows);
  const auto width = static_cast<int>(columns);
  const int no_vectors = 1;
  std::vector<double> real_work(7 * values.size());
  std::vector<int> whole_work(8 * values.size());
  std::complex<double> none;
  int info = 0;
  const auto decompose = [&](std::complex<double>* work, int size) {
    lapack.zgesdd("N", &height, &width, matrix.data(), &height, values.data(), &none, &no_vectors, &none, &no_vectors, work, &size,
                  real_work.data(), whole_work.data(), &info, 1);
  };
  std::complex<double> best_size;
  decompose(&best_size, -1);
  std::vector<std::complex<double>> work(std::max<std::size_t>(1, static_cast<std::size_t>(best_size.real())));
  decompose(work.data(), static_cast<int>(work.size()));
  if (info != 0) throw NumericalError(Failure::lapack, "LAPACK zgesdd failed with info = " + std::to_string(info));
  return values;
}

}  // namespace qbatt::cpu
