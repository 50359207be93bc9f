#include "contract/in_segments.hpp"

#include <algorithm>

#include "cpu/dense/singular_values.hpp"
#include "cuda/backend.hpp"

namespace qbatt::test {

Table solve_in_segments(std::span<const CentralSpin> systems, Request request) {
  std::ranges::for_each(systems, [](const CentralSpin& system) { validate(system); });
  return cuda::solve(systems, request, cpu::singular_values, {.least_levels = 2, .least_segment = 5});
}

}  // namespace qbatt::test
