#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>

#include "model/ensemble.hpp"
#include "qbatt/central_spin.hpp"
#include "qbatt/errors.hpp"
#include "qbatt/solve.hpp"

namespace qbatt {
namespace {

bool is_count(std::int64_t n) {
  return n >= 1 && n <= CentralSpin::max_spins;
}

// As on the command line.
constexpr std::array<std::string_view, 9> options{"--charger", "--charger-state", "--nb",       "--nc",   "--m",
                                                  "--omega-b", "--omega-c",       "--coupling", "--ising"};

std::string_view option_of(Parameter parameter) {
  return options[static_cast<std::size_t>(parameter)];
}

bool is_charger_size(const CentralSpin& s) {
  return has_spins(s.charger) ? is_count(s.n_c) : s.n_c == 0;
}

double most_quanta(const CentralSpin& s) {
  return static_cast<double>(has_spins(s.charger) ? s.n_c : CentralSpin::max_spins);
}

bool is_whole(double value) {
  return std::trunc(value) == value;
}

// Looked at closely where an upper limit does not tell.
bool has_room_for_levels(const CentralSpin& s) {
  constexpr auto most = static_cast<double>(CentralSpin::max_sector_levels);
  const std::int64_t longest = has_spins(s.charger) ? std::min(s.n_b, s.n_c) : s.n_b;
  if (estimated_sectors(s) * static_cast<double>(longest + 1) <= most) return true;
  return static_cast<double>(levels_of(s, ensemble_of(s))) <= most;
}

bool is_filling(const CentralSpin& s) {
  if (!(s.m >= 0 && s.m <= most_quanta(s))) return false;
  if (s.is_chain()) return is_whole(s.m);
  return estimated_sectors(s) <= static_cast<double>(CentralSpin::max_sectors) && has_room_for_levels(s);
}

// The coupling of the first two levels where the charger holds all that it can: no smaller than that of any of its chains.
bool has_couplings(const CentralSpin& s) {
  if (!std::isfinite(s.coupling)) return false;
  if (s.is_chain()) return std::isfinite(s.rabi());
  const double quanta = has_spins(s.charger) ? most_quanta(s) : 1000 * (s.m + 1);
  return std::isfinite(s.coupling * std::sqrt(static_cast<double>(s.n_b) * quanta * (static_cast<double>(s.n_c) + 1)));
}

std::string accepted_filling(const CentralSpin& s) {
  std::string range = has_spins(s.charger) ? fmt::format("lie between 0 and N_c = {}", s.n_c)
                                           : fmt::format("lie between 0 and {}", CentralSpin::max_spins);
  if (!(s.m >= 0 && s.m <= most_quanta(s))) return range;
  if (s.is_chain()) {
    return fmt::format("be a whole number where the charger is in a {} state",
                       has_spins(s.charger) ? "Dicke" : "Fock (--charger-state dicke)");
  }
  if (estimated_sectors(s) > static_cast<double>(CentralSpin::max_sectors)) {
    return fmt::format("leave no more than {} chains of levels, but the {} state has about {:.3g}", CentralSpin::max_sectors,
                       to_string(s.charger_state), estimated_sectors(s));
  }
  return fmt::format("leave no more than {} levels in all chains together, but the {} state has {}", CentralSpin::max_sector_levels,
                     to_string(s.charger_state), levels_of(s, ensemble_of(s)));
}

}  // namespace

std::optional<Parameter> first_unphysical(const CentralSpin& s) {
  if (!is_count(s.n_b)) return Parameter::n_b;
  if (!is_charger_size(s)) return Parameter::n_c;
  if (!is_filling(s)) return Parameter::m;
  if (!(s.omega_b > 0) || !std::isfinite(s.omega_b)) return Parameter::omega_b;
  if (!std::isfinite(s.omega_c)) return Parameter::omega_c;
  if (!has_couplings(s)) return Parameter::coupling;
  if (!std::isfinite(s.ising)) return Parameter::ising;
  return std::nullopt;
}

std::string why_unphysical(const CentralSpin& s, Parameter parameter) {
  const std::string count = fmt::format("lie between 1 and {}", CentralSpin::max_spins);
  const std::string finite = "be a finite number";
  const auto out_of_range = [&](std::string_view name, auto value, const std::string& accepted) {
    return fmt::format("{} ({}) = {} is out of range: it must {}", name, option_of(parameter), value, accepted);
  };
  switch (parameter) {
    case Parameter::charger:
    case Parameter::charger_state:
      break;
    case Parameter::n_b:
      return out_of_range("N_b", s.n_b, count);
    case Parameter::n_c:
      return out_of_range("N_c", s.n_c, has_spins(s.charger) ? count : "be left out where the charger is a boson");
    case Parameter::m:
      return out_of_range("m", s.m, accepted_filling(s));
    case Parameter::omega_b:
      return out_of_range("omega_b", s.omega_b, "be a finite number greater than 0");
    case Parameter::omega_c:
      return out_of_range("omega_c", s.omega_c, finite);
    case Parameter::coupling:
      return out_of_range("A", s.coupling, "be a finite number for which offdiag(0) is finite too");
    case Parameter::ising:
      return out_of_range("Delta", s.ising, finite);
  }
  return describe(s) + " is not physical";
}

void validate(const CentralSpin& s) {
  if (const auto parameter = first_unphysical(s)) throw InputError(why_unphysical(s, *parameter), option_of(*parameter));
}

double default_tolerance(std::int64_t dim) {
  return dim <= 1'000'000 ? 1e-8 : 1e-14 * static_cast<double>(dim);
}

}  // namespace qbatt
