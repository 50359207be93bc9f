#pragma once

#include "cli/commands.hpp"
#include "io/result_writer.hpp"

namespace qbatt::cli {

/// What a results file says of the run that makes it.
Provenance make_provenance(const Request& request, const Invocation& invocation);

}  // namespace qbatt::cli
