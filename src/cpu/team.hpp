#pragma once

#include <omp.h>

#include <algorithm>
#include <cstdint>
#include <exception>

#include "cpu/workers.hpp"
#include "model/stop.hpp"

namespace qbatt::cpu {

/// work(item, thread) for items 0 ... items - 1 on up to `workers.threads` threads, thread 0 ... threads - 1. What one of them
/// throws is thrown again here, after the others; Interrupted where a stop is requested meanwhile. One thread works without OpenMP:
/// inside another team, starting a team of one takes microseconds.
template <class Work>
void share_out(std::int64_t items, const Workers& workers, const Work& work) {
  if (workers.threads == 1 || items <= 1) {
    for (std::int64_t item = 0; item < items; ++item) {
      throw_if_stopped(workers.stop);
      work(item, 0);
    }
  } else {
    std::exception_ptr error;
#pragma omp parallel for schedule(dynamic, 1) num_threads(static_cast <int>(std::min <std::int64_t>(workers.threads, items)))
    for (std::int64_t item = 0; item < items; ++item) {
      try {
        throw_if_stopped(workers.stop);
        work(item, omp_get_thread_num());
      } catch (...) {
#pragma omp critical(qbatt_team_error)
        error = std::current_exception();
      }
    }
    if (error) std::rethrow_exception(error);
  }
  throw_if_stopped(workers.stop);  // what a kernel left off means nothing
}

}  // namespace qbatt::cpu
