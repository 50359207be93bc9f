#pragma once

#include <cstddef>
#include <cstdint>

namespace qbatt::cuda {

/// Elements of workspace for `count` matrices when one takes `one` and two take `two`; the greatest std::size_t beyond what a
/// 32-bit length holds. Asking the routine itself near that limit yields errors or wrapped numbers.
std::size_t extrapolated_workspace(std::int64_t one, std::int64_t two, std::int64_t count);

}  // namespace qbatt::cuda
