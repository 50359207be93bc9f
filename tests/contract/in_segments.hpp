#pragma once

#include "contract/contract.hpp"

namespace qbatt::test {

/// By the CUDA pipeline that the test is linked to: every chain as a long one, in segments of five levels.
Table solve_in_segments(std::span<const CentralSpin> systems, Request request);

}  // namespace qbatt::test
