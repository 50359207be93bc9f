#include "support/ensemble_table.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>

#include "support/comparisons.hpp"
#include "support/reference_file.hpp"
#include "support/tolerances.hpp"

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

/// What a value is a multiple of, and how far it may be off in units of that.
struct Scale {
  double unit;
  double tolerance;
};

Scale scale_of(const std::string& name, double value, const CentralSpin& system) {
  const auto cells = static_cast<double>(system.n_b);
  if (name == "power") return {value, tolerance::of_populations};
  if (name == "energy") return {cells, tolerance::energy_per_cell_constant_diagonal};
  if (name == "energy_per_cell") return {1, tolerance::energy_per_cell_constant_diagonal};
  return {name == "purity" || name == "entropy" ? 1 : cells, tolerance::entropy};
}

}  // namespace

int expect_values(const EnsembleState& expected, const CentralSpin& system,
                  const std::function<double(const std::string&)>& value) {
  for (const auto& [name, known] : expected.values) {
    const Scale scale = scale_of(name, known, system);
    EXPECT_TRUE(within(value(name) / scale.unit, known / scale.unit, scale.tolerance)) << name;
  }
  return static_cast<int>(expected.values.size());
}

const std::vector<EnsembleReference>& ensemble_table() {
  static const std::vector<EnsembleReference> table = reference_entries("ensembles.json", ensemble_from);
  return table;
}

}  // namespace qbatt::test
