#include "sweep/source.hpp"

#include <fmt/format.h>

namespace qbatt {

CentralSpin make_system(const ParameterValues& values) {
  const auto get = [&](Parameter p) { return values[static_cast<std::size_t>(p)]; };
  // Whole values never leave +-2^53, neither from an axis nor from a file.
  return {.n_b = static_cast<std::int64_t>(get(Parameter::n_b)),
          .n_c = static_cast<std::int64_t>(get(Parameter::n_c)),
          .m = get(Parameter::m),
          .omega_b = get(Parameter::omega_b),
          .omega_c = get(Parameter::omega_c),
          .coupling = get(Parameter::coupling),
          .ising = get(Parameter::ising),
          .charger = static_cast<Charger>(get(Parameter::charger)),
          .charger_state = static_cast<ChargerState>(get(Parameter::charger_state))};
}

ParameterValues values_of(const CentralSpin& system) {
  return {static_cast<double>(system.charger),
          static_cast<double>(system.charger_state),
          static_cast<double>(system.n_b),
          static_cast<double>(system.n_c),
          system.m,
          system.omega_b,
          system.omega_c,
          system.coupling,
          system.ising};
}

std::string place_of(const SystemRows& rows, std::size_t i) {
  return rows.path.empty() ? fmt::format("row {}", i) : fmt::format("--systems: {}: line {}", rows.path, rows.lines[i]);
}

}  // namespace qbatt
