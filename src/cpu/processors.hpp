#pragma once

#include "qbatt/solve.hpp"

namespace qbatt {

/// The threads that solve() takes on the CPU.
int threads_of(const Request& request);

/// How many threads can run at a time: the processors that this process may use, by its affinity (taskset, a job's binding) and by
/// the quota of its control group (a container's), which need not be whole.
double usable_processors();

/// Of what threads_of() says, so many run at a time: what predictions divide by.
double parallel_threads(const Request& request);

}  // namespace qbatt
