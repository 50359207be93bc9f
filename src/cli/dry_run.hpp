#pragma once

#include <string>

#include "io/result_writer.hpp"
#include "qbatt/sweep.hpp"

namespace qbatt::cli {

/// What a sweep will be, without computing anything: systems, dimensions, eigenpairs, time, memory, and the size of `output`.
std::string dry_run_text(const SweepPlan& plan, const Request& request, const ResultsLayout& layout, const std::string& output);

}  // namespace qbatt::cli
