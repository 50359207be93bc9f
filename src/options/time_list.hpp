#pragma once

#include <string_view>

#include "qbatt/solve.hpp"

namespace qbatt {

/// The times that --times asks for: items separated by commas, each a time, START:STOP:COUNT or the same behind lin:, equally
/// spaced, or behind log:, whose logarithms are. Throws InputError for what is not understood and for times that descend.
TimeGrid parse_time_list(std::string_view text, TimeUnit unit);

}  // namespace qbatt
