#include "cpu/dense/dense.hpp"
#include "qbatt/errors.hpp"

// In the place of dense.cpp where there is no LAPACK.
namespace qbatt::cpu {

bool has_dense() {
  return false;
}

std::unique_ptr<OneChain> make_dense_states(const LevelChain&) {
  throw BackendError("the CPU backend was built without LAPACK");
}

}  // namespace qbatt::cpu
