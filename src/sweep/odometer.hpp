#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "qbatt/sweep.hpp"
#include "sweep/axis_values.hpp"
#include "sweep/loops.hpp"
#include "sweep/source.hpp"

namespace qbatt {

/// Where each wheel of an odometer stands, from the outermost to the innermost.
using Places = std::array<std::int64_t, parameter_count>;

/// The Cartesian product of axes as an odometer: one wheel a parameter, in the order of the loops. A linked wheel has the values
/// that belong to those of the wheels further out.
class Odometer {
public:
  /// `axes` must outlive the odometer.
  explicit Odometer(const Axes& axes);

  static constexpr std::size_t levels = parameter_count;

  [[nodiscard]] Parameter parameter(std::size_t level) const { return order_[level]; }
  [[nodiscard]] const Axis& axis(std::size_t level) const { return axes_[static_cast<std::size_t>(order_[level])]; }
  /// The values of a wheel; of a linked one, those it was last opened with.
  [[nodiscard]] const AxisValues& wheel(std::size_t level) const { return wheels_[level]; }
  [[nodiscard]] const Places& places() const { return places_; }
  [[nodiscard]] const ParameterValues& values() const { return values_; }
  [[nodiscard]] CentralSpin system() const { return make_system(values_); }

  /// Gives the wheel the values that belong to those further out. Throws what AxisValues::resolve does.
  void open(std::size_t level);
  /// Turns an open wheel.
  void turn(std::size_t level, std::int64_t place);
  /// Opens the wheels from `level` inwards and turns them to their first values, or to their last.
  void turn_to_first(std::size_t level);
  void turn_to_last(std::size_t level);
  void go_to(const Places& places);
  /// To the next combination; false behind the last.
  bool advance();

private:
  const Axes& axes_;
  std::array<Parameter, parameter_count> order_;
  std::array<std::vector<std::size_t>, parameter_count> references_;  // of each level, the parameters it refers to
  std::array<AxisValues, parameter_count> wheels_;
  std::array<ParameterValues, parameter_count> opened_with_{};
  ParameterValues values_{};
  Places places_{};
};

}  // namespace qbatt
