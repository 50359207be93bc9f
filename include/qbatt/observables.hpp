#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace qbatt {

/// What is computed from the state of the battery at one time: from the populations p_k of its levels and, where the charger is in
/// a coherent state, from its coherences and the eigenvalues r_j of its density matrix, which otherwise are the p_k. The formulas
/// stand in observable_info() and docs/sweeps.md.
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
  local_ergotropy,
  capacity,
  capacity_full,
  ergotropy_incoherent,
};
inline constexpr std::size_t observable_count = 16;

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

/// Some observables on a time grid, each a column of as many values as there are times.
class ObservableColumns {
public:
  ObservableColumns() = default;
  /// Columns for `held`, each named once, zeros at first.
  ObservableColumns(std::span<const Observable> held, std::size_t times);

  /// The number of times.
  [[nodiscard]] std::size_t size() const { return times_; }
  [[nodiscard]] bool holds(Observable o) const { return place_[static_cast<std::size_t>(o)] != 0; }
  /// The values at all times; empty where the observable is not held.
  [[nodiscard]] std::span<double> column(Observable o) {
    return holds(o) ? std::span(values_).subspan(begin(o), times_) : std::span<double>();
  }
  [[nodiscard]] std::span<const double> column(Observable o) const {
    return holds(o) ? std::span(values_).subspan(begin(o), times_) : std::span<const double>();
  }

  /// What is held at one time, NaN for the rest.
  [[nodiscard]] ObservableValues operator[](std::size_t time) const;

private:
  [[nodiscard]] std::size_t begin(Observable o) const { return (place_[static_cast<std::size_t>(o)] - std::size_t{1}) * times_; }

  std::array<std::uint8_t, observable_count> place_{};  // 1 + the number of the column; 0: not held
  std::size_t times_ = 0;
  std::vector<double> values_;  // [column][time]
};

struct ObservableInfo {
  Observable id;
  std::string_view name;       ///< column of a time series, e.g. "energy_per_cell"
  std::string_view long_name;  ///< e.g. "energy per cell"
  std::string_view units;      ///< UDUNITS-like; "1" for a pure number, "energy" for the unit of omega_b
  std::string_view formula;    ///< e.g. "omega_b sum_k k p_k"
  bool in_row;                 ///< a sweep row has the column of the name and "_opt"
  bool in_curve_default;       ///< `qbatt curve` prints it unless told otherwise
};

/// The table of all observables in the order of the enumeration.
std::span<const ObservableInfo> observable_info();

/// The observable called `name`, if any.
std::optional<Observable> find_observable(std::string_view name);

}  // namespace qbatt
