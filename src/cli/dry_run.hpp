#pragma once

#include <string>

#include "io/result_writer.hpp"
#include "qbatt/sweep.hpp"

namespace qbatt::cli {

/// What a sweep will be, without computing anything: systems, dimensions, eigenpairs, time, memory, and the size of `output`. Where
/// the request names CUDA also the least time on its devices or, in `absence`, why there are none.
std::string dry_run_text(const SweepPlan& plan, const Request& request, const ResultsLayout& layout, const std::string& output,
                         const std::string& absence);

}  // namespace qbatt::cli
