#include "cpu/dense/dense.hpp"
#include "qbatt/errors.hpp"

// In the place of dense.cpp where there is no LAPACK.
namespace qbatt::cpu {

std::string why_no_dense() {
  return "the CPU backend was built without LAPACK";
}

std::unique_ptr<OneChain> make_dense_states(const LevelChain&) {
  throw BackendError(why_no_dense());
}

}  // namespace qbatt::cpu
