#include <algorithm>
#include <iterator>

#include "contract/contract.hpp"
#include "qbatt/errors.hpp"

namespace qbatt::test {
namespace {

Table solve_on_cpu(std::span<const CentralSpin> systems, Request request) {
  request.backend = Backend::cpu;
  return qbatt::solve(systems, request);
}

/// A build without LAPACK has no dense.
bool is_built(const Implementation& implementation) {
  Request request;
  request.solver = implementation.solver;
  try {
    static_cast<void>(implementation.solve({}, request));
    return true;
  } catch (const BackendError&) {
    return false;
  }
}

// A new solver of the CPU joins the suite with a line here.
constexpr Implementation known[] = {
    {"cpu", Solver::spectral, solve_on_cpu},
    {"cpu", Solver::chebyshev, solve_on_cpu},
    {"cpu", Solver::dense, solve_on_cpu},
    {"cpu", Solver::automatic, solve_on_cpu},
};

}  // namespace

std::vector<Implementation> implementations() {
  std::vector<Implementation> result;
  std::ranges::copy_if(known, std::back_inserter(result), is_built);
  return result;
}

}  // namespace qbatt::test
