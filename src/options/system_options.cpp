#include "options/system_options.hpp"

#include <fmt/format.h>

#include <array>
#include <string>
#include <vector>

#include "text/text.hpp"

namespace qbatt {
namespace {

struct SystemOption {
  std::string_view name;
  std::string_view help;
  std::string_view by_default;
  std::string_view value_example;
  std::string_view axis_example;
};

constexpr std::array<SystemOption, parameter_count> system_table{{
    {"--charger", "what charges", "spins", "boson", "spins,boson"},
    {"--charger-state", "state of the charger at t = 0", "dicke", "thermal", "dicke,coherent"},
    {"--nb", "battery spins N_b, a whole number from 1 to 1e10", "required", "1e6", "1:2000"},
    {"--nc", "charger spins N_c, a whole number from 1 to 1e10", "nb", "nb+1", "nb-3:nb+3"},
    {"--m",
     "excitations of the charger at t = 0, on average: spins up, from 0 to N_c, or quanta of a boson; a whole number where "
     "--charger-state is dicke",
     "nc; nb for a boson", "0.5nc", "0:nc"},
    {"--omega-b", "level splitting of the battery spins > 0, in your unit of energy (hbar = 1)", "1", "2.5", "1,2,5"},
    {"--omega-c", "level splitting of the charger spins, in the same unit", "omega-b", "omega-b+0.1", "lin:0.5omega-b:2omega-b:11"},
    {"--coupling", "flip-flop coupling A, in the same unit; its sign is a gauge", "1", "0.1", "log:0.01:1:5"},
    {"--ising", "Ising coupling Delta, in the same unit", "0", "-0.7", "-1:1:0.25"},
}};

// "what charges: spins (a collective spin) or …": the names of a table with their meanings.
std::string with_meanings(std::string_view what, const auto& table) {
  std::vector<std::string> words;
  words.reserve(table.size());
  for (const auto& info : table)
    words.push_back(info.meaning.empty() ? std::string(info.name) : fmt::format("{} ({})", info.name, info.meaning));
  return fmt::format("{}: {}", what, alternatives(words));
}

std::string_view help_of(Parameter parameter) {
  constexpr auto own = [](Parameter p) { return system_table[static_cast<std::size_t>(p)].help; };
  static const std::string of_charger = with_meanings(own(Parameter::charger), charger_info);
  static const std::string of_state = with_meanings(own(Parameter::charger_state), charger_state_info);
  if (parameter == Parameter::charger) return of_charger;
  return parameter == Parameter::charger_state ? std::string_view(of_state) : own(parameter);
}

std::string_view type_of(Parameter parameter, bool axes) {
  if (!parameter_info(parameter).choices.empty()) return axes ? "NAMES" : "NAME";
  return axes ? "AXIS" : "NUMBER";
}

}  // namespace

OptionInfo system_option(Parameter parameter, bool axes) {
  const SystemOption& option = system_table[static_cast<std::size_t>(parameter)];
  const bool required = parameter_info(parameter).default_axis.empty();
  return {.name = option.name,
          .type = type_of(parameter, axes),
          .help = help_of(parameter),
          .by_default = required && axes ? "required, unless --systems is given" : option.by_default,
          .example = axes ? option.axis_example : option.value_example,
          .choices = parameter_info(parameter).choices,
          .several = axes};
}

SweepPlan make_plan(const SystemOptions& options, const Planning& planning) {
  return options.systems ? SweepPlan::from_file(*options.systems, options.axes, options.skip_invalid)
                         : SweepPlan::from_axes(options.axes, options.skip_invalid, planning);
}

}  // namespace qbatt
