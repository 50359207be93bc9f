#include <sys/resource.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <vector>

#include "qbatt/solve.hpp"
#include "qbatt/sweep.hpp"

// What a sweep takes in C++: the plan, its systems, and solve(); for bench/python_overhead.py.
//
//   qbatt_sweep_call THREADS NB NC ISING
//
// prints the number of rows, the seconds that passed, and those of all processors.
namespace {

double seconds_of(const timeval& time) {
  return static_cast<double>(time.tv_sec) + 1e-6 * static_cast<double>(time.tv_usec);
}

double processor_seconds() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  return seconds_of(usage.ru_utime) + seconds_of(usage.ru_stime);
}

}  // namespace

int main(int argc, char** argv) {
  using namespace qbatt;
  if (argc != 5) return 2;
  AxisTexts axes;
  axes[static_cast<std::size_t>(Parameter::n_b)] = argv[2];
  axes[static_cast<std::size_t>(Parameter::n_c)] = argv[3];
  axes[static_cast<std::size_t>(Parameter::ising)] = argv[4];
  Request request;
  request.threads = std::atoi(argv[1]);
  request.backend = Backend::cpu;
  const auto start = std::chrono::steady_clock::now();
  const double before = processor_seconds();
  const SweepPlan plan = SweepPlan::from_axes(axes, false);
  const Table table = solve(plan.systems().take(static_cast<std::size_t>(plan.summary().systems)), request);
  const double passed = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  std::printf("%zu %.6f %.6f\n", table.rows.size(), passed, processor_seconds() - before);
}
