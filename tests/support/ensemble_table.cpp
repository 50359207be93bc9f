#include "support/ensemble_table.hpp"

#include <algorithm>
#include <cstdlib>

#include "support/reference_file.hpp"

namespace qbatt::test {
namespace {

using nlohmann::json;

/// A number, or the text of one.
double number(const json& j) {
  return j.is_string() ? std::strtod(j.get<std::string>().c_str(), nullptr) : j.get<double>();
}

/// The element of an array of enumerators that has this name.
template <const auto& all>
auto named(const std::string& name) {
  return *std::ranges::find_if(
      all, [&](const auto one) { return to_string(one) == name; });
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
  CentralSpin& system = result.system;
  system.charger = named<all_chargers>(options.at("charger"));
  system.charger_state = named<all_charger_states>(options.at("state"));
  system.n_b = static_cast<std::int64_t>(number(options.at("nb")));
  system.n_c = options.contains("nc") ? static_cast<std::int64_t>(number(options.at("nc"))) : 0;
  system.m = number(options.at("m"));
  if (options.contains("wb")) system.omega_b = number(options.at("wb"));
  system.omega_c = options.contains("wc") ? number(options.at("wc")) : system.omega_b;
  if (options.contains("ising")) system.ising = number(options.at("ising"));
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
