#include "support/ensemble_table.hpp"

#include <cstdlib>

#include "support/reference_file.hpp"

namespace qbatt::test {
namespace {

using nlohmann::json;

/// A number, or the text of one.
double number(const json& j) {
  return j.is_string() ? std::strtod(j.get<std::string>().c_str(), nullptr) : j.get<double>();
}

EnsembleState ensemble_state_from(const json& j) {
  EnsembleState state{.t = number(j.at("t")), .values = {}, .p = j.at("p")};
  for (const auto& [name, value] : j.items())
    if (name != "t" && name != "p") state.values[name] = value;
  return state;
}

EnsembleReference ensemble_from(const json& j) {
  const json& options = j.at("options");
  EnsembleReference result;
  result.charger = options.at("charger");
  result.state = options.at("state");
  result.n_b = number(options.at("nb"));
  if (options.contains("nc")) result.n_c = number(options.at("nc"));
  result.m = number(options.at("m"));
  if (options.contains("wb")) result.omega_b = number(options.at("wb"));
  result.omega_c = options.contains("wc") ? number(options.at("wc")) : result.omega_b;
  if (options.contains("ising")) result.ising = number(options.at("ising"));
  result.first_peak = ensemble_state_from(j.at("first_peak"));
  result.most_power = ensemble_state_from(j.at("power"));
  for (const json& sample : j.at("samples")) result.samples.push_back(ensemble_state_from(sample));
  return result;
}

}  // namespace

const std::vector<EnsembleReference>& ensemble_table() {
  static const std::vector<EnsembleReference> table = reference_entries("ensembles.json", ensemble_from);
  return table;
}

}  // namespace qbatt::test
