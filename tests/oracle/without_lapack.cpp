#include "oracle/jacobi.hpp"

namespace qbatt::test {

SymmetricEigen symmetric_eigen(std::size_t n, std::vector<double> matrix) {
  return jacobi_eigen(n, std::move(matrix));
}

}  // namespace qbatt::test
