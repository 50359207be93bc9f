#include <fmt/format.h>

#include <array>
#include <cmath>
#include <string_view>

#include "qbatt/central_spin.hpp"
#include "qbatt/errors.hpp"
#include "qbatt/solve.hpp"

namespace qbatt {
namespace {

bool is_count(std::int64_t n) {
  return n >= 1 && n <= CentralSpin::max_spins;
}

// As on the command line.
constexpr std::array<std::string_view, 7> options{"--nb", "--nc", "--m", "--omega-b", "--omega-c", "--coupling", "--ising"};

std::string_view option_of(Parameter parameter) {
  return options[static_cast<std::size_t>(parameter)];
}

}  // namespace

std::optional<Parameter> first_unphysical(const CentralSpin& s) {
  if (!is_count(s.n_b)) return Parameter::n_b;
  if (!is_count(s.n_c)) return Parameter::n_c;
  if (s.m < 0 || s.m > s.n_c) return Parameter::m;
  if (!(s.omega_b > 0) || !std::isfinite(s.omega_b)) return Parameter::omega_b;
  if (!std::isfinite(s.omega_c)) return Parameter::omega_c;
  if (!std::isfinite(s.coupling) || !std::isfinite(s.rabi())) return Parameter::coupling;
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
    case Parameter::n_b:
      return out_of_range("N_b", s.n_b, count);
    case Parameter::n_c:
      return out_of_range("N_c", s.n_c, count);
    case Parameter::m:
      return out_of_range("m", s.m, fmt::format("lie between 0 and N_c = {}", s.n_c));
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
