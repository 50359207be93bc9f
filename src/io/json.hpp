#pragma once

#include <string>

#include "qbatt/solve.hpp"

namespace qbatt {

/// One JSON object with the columns of a sweep's rows as keys, in their order; what is not finite becomes null.
std::string json_row(const Row& row);

}  // namespace qbatt
