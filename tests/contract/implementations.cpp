#include <cstdio>
#include <cstdlib>

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
  } catch (const InputError& error) {  // QBATT_ISA names what the machine lacks, which CTest takes for a reason to skip
    std::fprintf(stderr, "%s\n", error.what());
    std::exit(EXIT_FAILURE);
  }
}

}  // namespace

std::vector<Implementation> implementations() {
  std::vector<Implementation> result;
  for (const Solver solver : all_solvers) {
    const Implementation implementation{"cpu", solver, solve_on_cpu};
    if (is_built(implementation)) result.push_back(implementation);
  }
  return result;
}

}  // namespace qbatt::test
