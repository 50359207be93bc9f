#pragma once

#include <string>
#include <vector>

#include "contract/contract.hpp"
#include "qbatt/sweep.hpp"

namespace qbatt::test {

/// Systems by their axes, unphysical combinations left out, and what is asked of them.
struct Sweep {
  std::string name;
  AxisTexts axes;
  Request request;
};

/// The sweeps whose rows are recorded for an implementation: together they take every path through it.
std::vector<Sweep> checksummed_sweeps(const Implementation& implementation);

}  // namespace qbatt::test
