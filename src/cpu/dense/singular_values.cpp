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
  const auto height = static_cast<lapack_int>(rows);
  std::complex<double> none;
  const lapack_int info =
      lapack.zgesdd(LAPACK_COL_MAJOR, 'N', height, static_cast<lapack_int>(columns),
                    reinterpret_cast<lapack_complex_double*>(matrix.data()), height, values.data(),
                    reinterpret_cast<lapack_complex_double*>(&none), 1, reinterpret_cast<lapack_complex_double*>(&none), 1);
  if (info != 0) throw NumericalError(Failure::lapack, "LAPACK zgesdd failed with info = " + std::to_string(info));
  return values;
}

}  // namespace qbatt::cpu
