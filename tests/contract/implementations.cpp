#include <algorithm>

#include "contract/contract.hpp"

namespace qbatt::test {
namespace {

template <Backend backend>
Table solve_on(std::span<const CentralSpin> systems, Request request) {
  request.backend = backend;
  return qbatt::solve(systems, request);
}

bool found(std::string_view backend) {
  const std::vector<DeviceReport> devices = find_devices();
  return std::ranges::any_of(devices, [&](const DeviceReport& d) { return d.backend == backend && d.found; });
}

// A new backend or solver joins the suite with a line here.
constexpr Implementation known[] = {
    {"cpu", Solver::spectral, solve_on<Backend::cpu>},    {"cpu", Solver::dense, solve_on<Backend::cpu>},
    {"cpu", Solver::automatic, solve_on<Backend::cpu>},   {"cuda", Solver::dense, solve_on<Backend::cuda>},
    {"cuda", Solver::automatic, solve_on<Backend::cuda>},
};

}  // namespace

std::vector<Implementation> implementations() {
  std::vector<Implementation> result;
  std::ranges::copy_if(known, std::back_inserter(result), [](const Implementation& i) { return found(i.backend); });
  return result;
}

}  // namespace qbatt::test
