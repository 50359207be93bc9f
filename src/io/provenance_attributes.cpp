#include "io/provenance_attributes.hpp"

#include <fmt/format.h>

#include "qbatt/solve.hpp"
#include "qbatt/version.hpp"

namespace qbatt {

std::vector<std::pair<std::string, std::string>> provenance_attributes(const Provenance& provenance) {
  return {
      {"Conventions", "CF-1.10"},
      {"title", "charging of central-spin quantum batteries"},
      {"source", fmt::format("{}{} ({})", source_prefix, version(), git_revision())},
      {"comment", "hbar = 1: energies, in the unit of omega_b, and times, in its inverse, are pure numbers"},
      {"history", provenance.command},
      {"command", provenance.command},
      {"configuration", provenance.configuration},
      {"version", std::string(version())},
      {"git_revision", std::string(git_revision())},
      {"backend", provenance.backend},
      {"device", provenance.device},
      {"instruction_set", std::string(instruction_set())},
  };
}

}  // namespace qbatt
