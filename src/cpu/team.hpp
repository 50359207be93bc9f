#pragma once

#include <omp.h>

#include <algorithm>
#include <cstdint>
#include <exception>

namespace qbatt::cpu {

/// work(item, thread) for items 0 ... items - 1 on up to `threads` threads, thread 0 ... threads - 1. What one of them throws is
/// thrown again here, after the others. One thread works without OpenMP: inside another team, starting a team of one takes
/// microseconds.
template <class Work>
void share_out(std::int64_t items, int threads, const Work& work) {
  if (threads == 1 || items <= 1) {
    for (std::int64_t item = 0; item < items; ++item) {
      work(item, 0);
    }
    return;
  }
  std::exception_ptr error;
#pragma omp parallel for schedule(dynamic, 1) num_threads(static_cast <int>(std::min <std::int64_t>(threads, items)))
  for (std::int64_t item = 0; item < items; ++item) {
    try {
      work(item, omp_get_thread_num());
    } catch (...) {
#pragma omp critical(qbatt_team_error)
      error = std::current_exception();
    }
  }
  if (error) {
    std::rethrow_exception(error);
  }
}

}  // namespace qbatt::cpu
