#include <algorithm>

#include "contract/in_segments.hpp"
#include "cpu/dense/singular_values.hpp"
#include "cuda/backend.hpp"

namespace qbatt::test {
namespace {

template <DenseRoutine routine>
Table solve_on_host(std::span<const CentralSpin> systems, Request request) {
  std::ranges::for_each(systems, [](const CentralSpin& system) { validate(system); });
  request.cuda.dense_routine = routine;
  return cuda::solve(systems, request, cpu::singular_values);
}

}  // namespace

std::vector<Implementation> implementations() {
  return {{"cuda_on_host", Solver::dense, solve_on_host<DenseRoutine::syevj>},
          {"cuda_on_host", Solver::spectral, solve_on_host<DenseRoutine::syevj>},
          {"cuda_on_host_in_segments", Solver::spectral, solve_in_segments},
          {"cuda_on_host", Solver::chebyshev, solve_on_host<DenseRoutine::syevj>},
          {"cuda_on_host", Solver::automatic, solve_on_host<DenseRoutine::syev>}};
}

}  // namespace qbatt::test
