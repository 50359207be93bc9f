#pragma once

#include <string>

#include "io/sweep_record.hpp"
#include "qbatt/sweep.hpp"

namespace qbatt {

/// What rounding has made of whole numbers, in a line; empty where it has made nothing.
std::string remark_on(const Rounding& rounding);

/// How many rows are not as they should be, in a line; empty where all are.
std::string remark_on(const RowTally& tally);

}  // namespace qbatt
