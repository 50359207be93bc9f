#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "sweep/axis.hpp"

namespace qbatt {

/// An item of an axis with its links evaluated: `count` ascending numbers, each computed when it is asked for.
struct Progression {
  AxisItem::Kind kind = AxisItem::Kind::value;
  bool whole = false;  ///< round half away from zero
  double start = 0;
  double stop = 0;
  double step = 1;
  std::int64_t count = 1;

  [[nodiscard]] double at(std::int64_t i) const;
  /// The first i with at(i) >= value, or count.
  [[nodiscard]] std::int64_t lower_index(double value) const;
  [[nodiscard]] bool contains(double value) const;
};

/// The values of an axis, one after the other. On a whole parameter values that came before are left out.
class AxisValues {
public:
  /// Evaluates the links and goes to the first value. Throws InputError for a descending range, a logarithm of what is not
  /// positive, and more than max_combinations values.
  void resolve(const Axis& axis, const ParameterValues& values);

  /// Back to the first value.
  void restart();

  /// To the next value; false behind the last.
  bool advance();

  /// Advances by up to `count` values at once; returns by how many, which is 0 where they cannot be counted without a look at each.
  std::int64_t leap(std::int64_t count);

  [[nodiscard]] double value() const { return value_; }

  /// The number of values, duplicates included.
  [[nodiscard]] double count() const;

private:
  [[nodiscard]] bool seen_before(double value) const;
  bool step_forward();

  bool whole_ = false;
  std::vector<Progression> items_;
  std::vector<std::pair<double, std::size_t>> single_values_;  // sorted, each with its item
  std::vector<std::size_t> several_values_;                    // the items that are not single values
  std::size_t item_ = 0;
  std::int64_t position_ = 0;
  double value_ = 0;
};

}  // namespace qbatt
