#include "cpu/propagator.hpp"

namespace qbatt::cpu {

std::unique_ptr<Propagator> make_spectral_propagator(const CentralSpin& system, int) {
  return make_dense_propagator(system);
}

}  // namespace qbatt::cpu
