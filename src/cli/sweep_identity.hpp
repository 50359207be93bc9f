#pragma once

#include <string>

#include "io/fingerprint.hpp"
#include "io/result_writer.hpp"
#include "options/system_options.hpp"
#include "qbatt/solve.hpp"
#include "qbatt/sweep.hpp"

namespace qbatt::cli {

/// What decides the rows of the sweep `plan` that was made from `systems`: its systems, what is asked of them, what computes it.
/// Not: threads, devices of one kind, memory, where the results go. `device`: what computes, in words.
Fingerprint identity_of(const SystemOptions& systems, const SweepPlan& plan, const Request& request, const ResultsLayout& layout,
                        const std::string& output, const std::string& device);

}  // namespace qbatt::cli
