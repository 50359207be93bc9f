#pragma once

#include <span>

#include "options/option.hpp"
#include "qbatt/solve.hpp"

namespace qbatt {

/// What is asked of each system, and what computes it.
struct WorkOptions {
  OptionText optimum;
  OptionText window;
  OptionText solver;
  OptionText dense_routine;
  OptionText backend;
  OptionText threads;
  OptionText device;
  OptionText memory;
  OptionText tolerance;
};

/// --optimum to --tolerance, in the order of the help.
std::span<const OptionEntry<WorkOptions>> work_options();

/// --threads alone.
const OptionEntry<WorkOptions>& threads_option();

/// The request that the options ask for. Throws InputError naming the option.
Request make_request(const WorkOptions& options);

}  // namespace qbatt
