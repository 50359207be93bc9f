#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <span>
#include <string_view>

namespace qbatt {

/// What is computed from the populations p_k of the battery at one time. The formulas stand in observable_info() and README.md.
enum class Observable : std::size_t {
  energy,
  energy_per_cell,
  power,
  instantaneous_power,
  variance,
  entropy,
  purity,
  renyi2,
  log_negativity,
  ergotropy,
  ergotropy_full,
  p_full,
};
inline constexpr std::size_t observable_count = 12;

/// One value for each Observable, in absolute units.
class ObservableValues {
public:
  double& operator[](Observable o) { return values_[static_cast<std::size_t>(o)]; }
  double operator[](Observable o) const { return values_[static_cast<std::size_t>(o)]; }
  /// All values set to `value`.
  static ObservableValues filled(double value) {
    ObservableValues v;
    v.values_.fill(value);
    return v;
  }

private:
  std::array<double, observable_count> values_{};
};

struct ObservableInfo {
  Observable id;
  std::string_view name;       ///< column of a time series, e.g. "energy_per_cell"
  std::string_view long_name;  ///< e.g. "energy per cell"
  std::string_view units;      ///< UDUNITS-like; "1" for a pure number, "energy" for the unit of omega_b
  std::string_view formula;    ///< e.g. "omega_b sum_k k p_k"
  bool in_row;                 ///< a sweep row has the column <name>_opt
  bool in_curve_default;       ///< `qbatt curve` prints it unless told otherwise
};

/// The table of all observables in the order of the enumeration.
std::span<const ObservableInfo> observable_info();

/// The observable called `name`, if any.
std::optional<Observable> find_observable(std::string_view name);

}  // namespace qbatt
