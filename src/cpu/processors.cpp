#include "cpu/processors.hpp"

#include <omp.h>
#include <sched.h>

#include <algorithm>
#include <fstream>
#include <limits>
#include <string>
#include <thread>

namespace qbatt {
namespace {

double bound_processors() {
  cpu_set_t bound;
  CPU_ZERO(&bound);
  if (::sched_getaffinity(0, sizeof bound, &bound) == 0) return CPU_COUNT(&bound);
  return std::max(1U, std::thread::hardware_concurrency());  // more processors than the set can hold
}

// Of version 2: "max 100000" or "150000 100000", microseconds of all processors in so many. Inside a container its own group is the
// root of what is mounted.
double quota() {
  std::ifstream file("/sys/fs/cgroup/cpu.max");
  double most = 0;
  double period = 0;
  return file >> most >> period && most > 0 && period > 0 ? most / period : std::numeric_limits<double>::infinity();
}

}  // namespace

int threads_of(const Request& request) {
  return request.threads > 0 ? request.threads : omp_get_max_threads();
}

double usable_processors() {
  return std::min(bound_processors(), quota());
}

double parallel_threads(const Request& request) {
  return std::min<double>(threads_of(request), usable_processors());
}

}  // namespace qbatt
