#pragma once

#include <string>

#include "io/result_writer.hpp"
#include "qbatt/solve.hpp"

namespace qbatt {

/// The devices that a request computes on with a backend that is settled, in words.
std::string describe_devices(Backend backend, const Request& request);

/// The same, each kind once: what rows depend on.
std::string describe_kinds_of_devices(const Request& request);

/// How a run was asked for.
struct Invocation {
  std::string command;        ///< the whole command line, as it would be typed
  std::string configuration;  ///< all options in effect, as TOML
};

/// What a results file says of the run that makes it.
Provenance make_provenance(const Request& request, const Invocation& invocation);

}  // namespace qbatt
