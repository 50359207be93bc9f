#pragma once

#include "io/formats.hpp"
#include "io/result_writer.hpp"

namespace qbatt {

/// Seconds of one core that it takes to write so many systems with so many levels in all, of the machine that the cost model was
/// fitted on: chunks one after the other by the thread that has solved them.
double writing_seconds(const ResultsFormat& format, const ResultsLayout& layout, double systems, double levels);

}  // namespace qbatt
