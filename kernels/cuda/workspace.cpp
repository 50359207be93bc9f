#include "kernels/cuda/workspace.hpp"

#include <algorithm>
#include <limits>

namespace qbatt::cuda {

std::size_t extrapolated_workspace(std::int64_t one, std::int64_t two, std::int64_t count) {
  constexpr std::int64_t longest = std::numeric_limits<std::int32_t>::max();
  const std::int64_t each = std::max<std::int64_t>(0, two - one);
  const bool fits = one >= 0 && two >= 0 && one <= longest && (each == 0 || count - 1 <= (longest - one) / each);
  return fits ? static_cast<std::size_t>(one + (count - 1) * each) : std::numeric_limits<std::size_t>::max();
}

}  // namespace qbatt::cuda
