#include "contract/in_segments.hpp"

namespace qbatt::test {

std::vector<Implementation> implementations() {
  return {{"cuda_in_segments", Solver::spectral, solve_in_segments}};
}

}  // namespace qbatt::test
