#include "contract/contract.hpp"

namespace qbatt::test {
namespace {

template <DenseRoutine routine>
Table solve_on_cuda(std::span<const CentralSpin> systems, Request request) {
  request.backend = Backend::cuda;
  request.cuda.dense_routine = routine;
  return qbatt::solve(systems, request);
}

}  // namespace

// Whether there is a device is found out when a test runs: the list is the same everywhere.
std::vector<Implementation> implementations() {
  return {{"cuda", Solver::dense, solve_on_cuda<DenseRoutine::syevj>},
          {"cuda", Solver::spectral, solve_on_cuda<DenseRoutine::syevj>},
          {"cuda", Solver::chebyshev, solve_on_cuda<DenseRoutine::syevj>},
          {"cuda", Solver::automatic, solve_on_cuda<DenseRoutine::syev>}};
}

}  // namespace qbatt::test
