#include "cpu/propagator.hpp"
#include "qbatt/errors.hpp"

// In the place of dense.cpp where there is no LAPACK.
namespace qbatt::cpu {

bool has_dense() {
  return false;
}

std::unique_ptr<Propagator> make_dense_propagator(const LevelChain&) {
  throw BackendError("the CPU backend was built without LAPACK");
}

}  // namespace qbatt::cpu
