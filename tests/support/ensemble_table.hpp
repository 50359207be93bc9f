#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "qbatt/central_spin.hpp"

namespace qbatt::test {

/// A state of an ensemble of chains, as tests/data/README.md describes it.
struct EnsembleState {
  double t = 0;
  std::map<std::string, double> values;  ///< of observables by their names, in absolute units
  std::vector<double> p;                 ///< all populations
};

struct EnsembleReference {
  CentralSpin system;
  EnsembleState first_peak;
  EnsembleState most_power;            ///< the first maximum of E/t
  std::vector<EnsembleState> samples;  ///< at fixed times
};

/// Expects every value of the state, energies and powers per cell, within the tolerance of its kind; `value` tells what was
/// computed by the name of the observable. How many there are.
int expect_values(const EnsembleState& expected, const CentralSpin& system, const std::function<double(const std::string&)>& value);

/// All systems of tests/data/ensembles.json in the order of the file; read once.
const std::vector<EnsembleReference>& ensemble_table();

}  // namespace qbatt::test
