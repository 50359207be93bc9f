#pragma once

#include "cli/commands.hpp"
#include "io/result_writer.hpp"

namespace qbatt::cli {

/// The devices that a request computes on with a backend that is settled, in words.
std::string describe_devices(Backend backend, const Request& request);

/// What a results file says of the run that makes it.
Provenance make_provenance(const Request& request, const Invocation& invocation);

}  // namespace qbatt::cli
