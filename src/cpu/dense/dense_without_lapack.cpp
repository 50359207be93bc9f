#include "cpu/dense/dense.hpp"
#include "cpu/dense/singular_values.hpp"
#include "qbatt/errors.hpp"

// In the place of dense.cpp and singular_values.cpp where there is no LAPACK.
namespace qbatt::cpu {

std::string why_no_dense() {
  return "the CPU backend was built without LAPACK";
}

std::unique_ptr<OneChain> make_dense_states(const LevelChain&) {
  throw BackendError(why_no_dense());
}

std::vector<double> singular_values(std::span<const std::complex<double>>, std::size_t, std::size_t) {
  throw BackendError(why_no_dense());
}

}  // namespace qbatt::cpu
