#include "qbatt/sweep.hpp"

namespace qbatt {
namespace {

constexpr std::string_view count_accepted = "a whole number from 1 to 10000000000";
constexpr std::string_view finite_accepted = "any finite number";

constexpr std::array<std::string_view, all_chargers.size()> charger_names = [] {
  std::array<std::string_view, all_chargers.size()> names;
  for (const Charger charger : all_chargers) names[static_cast<std::size_t>(charger)] = to_string(charger);
  return names;
}();
constexpr std::array<std::string_view, all_charger_states.size()> state_names = [] {
  std::array<std::string_view, all_charger_states.size()> names;
  for (const ChargerState state : all_charger_states) names[static_cast<std::size_t>(state)] = to_string(state);
  return names;
}();

constexpr std::array<ParameterInfo, parameter_count> table{{
    {Parameter::charger, "charger", "charger", "spins", true, "", charger_names},
    {Parameter::charger_state, "charger-state", "charger_state", "dicke", true, "", state_names},
    {Parameter::n_b, "nb", "n_b", "", true, count_accepted},
    {Parameter::n_c, "nc", "n_c", "nb", true, count_accepted},
    {Parameter::m, "m", "m", "nc", true,
     "a whole number from 0 to N_c, of a boson from 0; any number where the state is not dicke"},
    {Parameter::omega_b, "omega-b", "omega_b", "1", false, "a finite number greater than 0"},
    {Parameter::omega_c, "omega-c", "omega_c", "omega-b", false, finite_accepted},
    {Parameter::coupling, "coupling", "coupling", "1", false, finite_accepted},
    {Parameter::ising, "ising", "ising", "0", false, finite_accepted},
}};
static_assert(CentralSpin::max_spins == 10'000'000'000, "count_accepted spells it out");

}  // namespace

std::span<const ParameterInfo> parameter_info() {
  return table;
}

const ParameterInfo& parameter_info(Parameter parameter) {
  return table[static_cast<std::size_t>(parameter)];
}

}  // namespace qbatt
