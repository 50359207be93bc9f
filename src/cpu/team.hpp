#pragma once

#include <omp.h>

#include <algorithm>
#include <cstdint>

namespace qbatt::cpu {

/// work(item, thread) for items 0 ... items - 1 on up to `threads` threads, thread 0 ... threads - 1; it must not throw. One thread
/// works without OpenMP: inside another team, starting a team of one takes microseconds.
template <class Work>
void share_out(std::int64_t items, int threads, const Work& work) {
  if (threads == 1 || items <= 1) {
    for (std::int64_t item = 0; item < items; ++item) {
      work(item, 0);
    }
    return;
  }
#pragma omp parallel for schedule(dynamic, 1) num_threads(static_cast <int>(std::min <std::int64_t>(threads, items)))
  for (std::int64_t item = 0; item < items; ++item) {
    work(item, omp_get_thread_num());
  }
}

}  // namespace qbatt::cpu
