#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "sweep/odometer.hpp"

namespace qbatt {

/// What lies between two numbers, both included.
struct Interval {
  double low = 0;
  double high = 0;
};

/// Many combinations at once: the wheels outside of one stand still, that one has the values number first, ..., last - 1, and those
/// inside have all of theirs. Links are linear, so what is known of the ends is known of everything between them.
class Box {
public:
  /// The wheels of `odometer` further out are turned to their places, the wheel of `level` is open; the odometer must outlive the
  /// box and stay as it is.
  Box(const Odometer& odometer, std::size_t level, std::int64_t first, std::int64_t last);

  /// How many combinations belong to each value of the wheel, if it is the same number for all and every axis makes sense for all;
  /// nullopt where that cannot be told from the ends.
  [[nodiscard]] std::optional<std::int64_t> combinations_of_a_value() const;

  enum class Physical { all, none, unknown };
  /// Which of the combinations are physical.
  [[nodiscard]] Physical physical() const;

  /// Between which dim() of a physical combination lies; ends need not occur.
  [[nodiscard]] Interval dims() const;
  /// Whether the charger is in a Dicke or Fock state in all of them. Else the dimension depends on which chains are kept, and ends
  /// of dims() hardly ever occur.
  [[nodiscard]] bool are_chains() const;

private:
  [[nodiscard]] const Interval& range(Parameter p) const { return ranges_[static_cast<std::size_t>(p)]; }
  [[nodiscard]] const Axis& axis_of(Parameter p) const { return odometer_.axis(level_of_[static_cast<std::size_t>(p)]); }
  [[nodiscard]] bool is_fixed(Parameter p) const { return range(p).low == range(p).high; }
  /// Whether what an axis says depends on the charger or its state, and these are open.
  [[nodiscard]] bool is_open(const Axis& axis) const;
  [[nodiscard]] std::vector<AxisItem> possible_items(const Axis& axis) const;
  [[nodiscard]] bool is_whole(const Axis& axis) const;
  [[nodiscard]] Interval range_of_term(const Term& term) const;
  [[nodiscard]] Interval range_of_axis(const Axis& axis) const;
  [[nodiscard]] bool is_exact(const Term& term) const;
  [[nodiscard]] bool is_whole(const Term& term) const;
  [[nodiscard]] double noise_of(const Term& term) const;
  /// Between which a - b lies.
  [[nodiscard]] Interval difference(const Term& a, const Term& b) const;
  [[nodiscard]] bool makes_sense(const AxisItem& item) const;
  [[nodiscard]] bool are_apart(const std::vector<AxisItem>& items) const;
  [[nodiscard]] std::optional<std::int64_t> size_of(const AxisItem& item, bool distinct) const;
  [[nodiscard]] std::optional<std::int64_t> size_of(const Axis& axis) const;
  [[nodiscard]] std::vector<Term> ends_of(Parameter parameter, bool upper) const;
  [[nodiscard]] double end_beyond_spins(const Term& m, bool upper) const;
  [[nodiscard]] Interval up_beyond_spins() const;
  [[nodiscard]] Physical filling() const;
  [[nodiscard]] bool every_charger(const std::function<bool(Charger)>& holds) const;

  const Odometer& odometer_;
  std::size_t level_;
  std::array<Interval, parameter_count> ranges_{};  // in the order of Parameter
  std::array<std::size_t, parameter_count> level_of_{};
};

}  // namespace qbatt
