#include "contract/contract.hpp"

#include <algorithm>
#include <cmath>
#include <ostream>

#include "support/comparisons.hpp"
#include "support/gpu.hpp"
#include "support/tolerances.hpp"

namespace qbatt::test {

std::string Implementation::name() const {
  return std::string(backend) + "_" + std::string(to_string(solver));
}

Solver safest_solver() {
  const std::vector<Implementation> all = implementations();
  return std::ranges::find(all, Solver::dense, &Implementation::solver) != all.end() ? Solver::dense : Solver::chebyshev;
}

void PrintTo(const Implementation& implementation, std::ostream* out) {
  *out << implementation.name();
}

void Contract::SetUp() {
  const std::string_view backend = GetParam().backend;
  if (backend.starts_with("cuda") && !backend.starts_with("cuda_on_host")) require_gpu();
}

Table Contract::solve(std::span<const CentralSpin> systems, Request request) {
  request.solver = GetParam().solver;
  return GetParam().solve(systems, request);
}

Series Contract::series(const CentralSpin& system, const TimeGrid& times) {
  Request request;
  request.optimum = OptimumRule::none;
  request.times = times;
  request.populations = true;
  return solve(std::span(&system, 1), request).series.at(0);
}

bool Contract::fast() {
  return GetParam().backend == "cpu" && GetParam().solver != Solver::dense;
}

bool Contract::may_give_up(const CentralSpin& system) {
  return GetParam().solver == Solver::spectral && std::abs(system.ising) > std::abs(system.coupling) && !system.mirror_symmetric();
}

bool Contract::expect_ok(const Row& row) {
  const double tolerance = default_tolerance(row.system.dim());
  const bool gave_up = row.status == Status::inaccurate || row.status == Status::failed;
  if (gave_up && may_give_up(row.system)) {
    EXPECT_FALSE(row.error_bound <= tolerance) << "a bound that promises what the status denies: " << describe(row.system);
    return false;
  }
  EXPECT_EQ(to_string(row.status), "ok") << describe(row.system);
  EXPECT_TRUE(between(row.error_bound, 0, tolerance)) << describe(row.system);
  return row.status == Status::ok;
}

double allowed(const Row& row, double tolerance) {
  return row.status == Status::ok ? tolerance : tolerance + tolerance::allowed_by(row.error_bound);
}

double energy_tolerance(const CentralSpin& system) {
  return system.constant_diagonal() ? tolerance::energy_per_cell_constant_diagonal : tolerance::energy_per_cell;
}

TimeGrid at_time(double t, TimeUnit unit) {
  return {.start = t, .stop = t, .count = 1, .unit = unit};
}

TimeGrid grid(double start, double stop, std::int64_t count, TimeUnit unit) {
  return {.start = start, .stop = stop, .count = count, .unit = unit};
}

std::span<const double> populations_at(const Series& series, std::size_t time) {
  const std::size_t levels = series.populations.size() / series.t.size();
  return std::span(series.populations).subspan(time * levels, levels);
}

INSTANTIATE_TEST_SUITE_P(Every, Contract, testing::ValuesIn(implementations()), [](const auto& test) { return test.param.name(); });

}  // namespace qbatt::test
