#pragma once

#include <cstdint>

namespace qbatt {

/// The first of 0 ... count - 1 of which `before` does not hold, `count` where there is none; it holds up to there. O(log count).
template <class Before>
std::int64_t partition_index(std::int64_t count, const Before& before) {
  std::int64_t low = 0;
  for (std::int64_t high = count; low < high;) {
    const std::int64_t middle = low + (high - low) / 2;
    if (before(middle))
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

}  // namespace qbatt
